/** Why the agent does not reach its cloud; words are found by whoever shows it. */
export const LINE_TROUBLES = [
  'refused', // nothing listens there
  'unresolved', // no such name
  'unreachable', // no way there, or no answer in time
  'certificateUnknown', // not signed by an authority that is trusted here
  'certificateExpired',
  'certificateNotYet', // its time has not come: mostly this machine's clock
  'certificateName', // of another name
  'notTls', // one side encrypts and the other does not
  'credentials', // the cloud does not let this account in
  'broken', // anything else
] as const;
export type LineTrouble = (typeof LINE_TROUBLES)[number];

const OF_CODE: Readonly<Record<string, LineTrouble>> = {
  ECONNREFUSED: 'refused',
  ENOTFOUND: 'unresolved',
  EAI_AGAIN: 'unresolved',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  ENETDOWN: 'unreachable',
  ETIMEDOUT: 'unreachable',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificateUnknown',
  UNABLE_TO_GET_ISSUER_CERT: 'certificateUnknown',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificateUnknown',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificateUnknown',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificateUnknown',
  CERT_UNTRUSTED: 'certificateUnknown',
  CERT_SIGNATURE_FAILURE: 'certificateUnknown',
  CERT_HAS_EXPIRED: 'certificateExpired',
  CERT_NOT_YET_VALID: 'certificateNotYet',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificateName',
  ERR_SSL_WRONG_VERSION_NUMBER: 'notTls',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'notTls',
  EPROTO: 'notTls',
};
/** CONNACK of MQTT 3.1.1: bad user name or password, not authorised */
const REFUSED_LOGINS: ReadonlySet<unknown> = new Set([4, 5]);

/** What an error of a connection means. */
export function lineTroubleOf(error: unknown): LineTrouble {
  const { code, errors, message } = error as { code?: unknown; errors?: unknown[]; message?: string };
  if (REFUSED_LOGINS.has(code)) return 'credentials';
  if (typeof code === 'string' && Object.hasOwn(OF_CODE, code)) return OF_CODE[code] as LineTrouble;
  // several addresses of one name, each of which failed
  if (errors?.[0] !== undefined) return lineTroubleOf(errors[0]);
  // what Node says when the other side ends the line at the first bytes of TLS
  if (message?.includes('before secure TLS connection')) return 'notTls';
  return message === 'connack timeout' ? 'unreachable' : 'broken';
}
