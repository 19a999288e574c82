import type { DiagnosisCheck, DiagnosisFacts } from './diagnosis.ts';
import { found, ok, problem } from './diagnosis-check.ts';

/** Whether Entra's own log and what arrived here tell the same story. */
export function entraSaysTheSame({ witness }: DiagnosisFacts): DiagnosisCheck {
  if (witness === undefined) {
    const finding = {
      detail: "Entra's provisioning log is not read, so nobody here knows what Entra says that it did.",
      evidence: {},
      remedy:
        'Grant AuditLog.Read.All to a directory connection that names the enterprise application (scimAppId). GET directory/collections says how it stands.',
    };
    return { ...found('entra-says-the-same', 'unseen', finding), permission: 'AuditLog.Read.All' };
  }
  const { entries, successesWithoutRequest, requestsDespiteFailure } = witness;
  if (successesWithoutRequest + requestsDespiteFailure === 0) {
    return ok('entra-says-the-same', `Entra's provisioning log and the wire log fit together, in ${entries} entries of seven days.`, {
      ...witness,
    });
  }
  return problem('entra-says-the-same', {
    detail: `Of ${entries} entries in seven days of Entra's provisioning log, ${successesWithoutRequest} say success where no request arrived here, and ${requestsDespiteFailure} say failure or skipped where one was taken.`,
    evidence: { ...witness },
    remedy:
      'GET directory/provisioning-events?contradicted=true lists them. Look for another Tenant URL, a gateway in between, or answers that do not arrive.',
  });
}
