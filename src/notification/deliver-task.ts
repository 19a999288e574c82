/** The name of the job that sends what one webhook has to be sent. */
export const DELIVER_TASK = 'notification.deliver';

/** One waits at most for each webhook. */
export const deliverKey = (webhookId: string): string => `${DELIVER_TASK}:${webhookId}`;
