/**
 * notification: who has to act is told what became overdue: signed webhooks, and a file once a day.
 * Must hold: findings are read, never altered; what is told holds no personal data; each event goes out at least once, under one id.
 * app mounts the routes and runs the tasks.
 */
export { notificationTasks } from './notification-tasks.ts';
export { webhookRoutes } from './webhook-routes.ts';
export { countUndelivered } from './undelivered-read-model.ts';
