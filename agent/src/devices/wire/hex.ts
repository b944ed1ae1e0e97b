/** Hex digits → bytes; undefined for an odd number of digits or anything else than hex digits. Buffer.from would drop those silently. */
export function parseHex(text: string): Buffer | undefined {
  if (text.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(text)) return undefined;
  return Buffer.from(text, 'hex');
}

/** Base64url (or plain base64) with or without padding → bytes; undefined for other characters or an impossible length. */
export function parseBase64(text: string): Buffer | undefined {
  const bare = text.replace(/={1,2}$/, '');
  if (bare.length % 4 === 1 || !/^[A-Za-z0-9_+/-]*$/.test(bare)) return undefined;
  return Buffer.from(bare, 'base64');
}
