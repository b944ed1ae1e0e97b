import { createHash, createPublicKey, generateKeyPairSync, randomBytes, sign, type KeyObject } from 'node:crypto';
import { isIP } from 'node:net';
import { bits, context, implicit, integer, octets, oid, pem, sequence, set, time, utf8, yes } from './der.js';

/** Certificates of an own authority, after RFC 5280: P-256 keys, signed with ECDSA and SHA-256. */

export interface Signer {
  /** what it calls itself */
  name: string;
  key: KeyObject;
}
export interface CertificateWish {
  name: string;
  publicKey: KeyObject;
  /** by whom; its own key makes it an authority */
  signer: Signer;
  isAuthority: boolean;
  /** names and addresses that it holds for */
  hosts: readonly string[];
  /** epoch ms */
  from: number;
  until: number;
}

export const newKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'prime256v1' }).privateKey;
export const keyPem = (key: KeyObject): string => key.export({ format: 'pem', type: 'pkcs8' }).toString();

const ECDSA_WITH_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const nameOf = (text: string): Buffer => sequence(set(sequence(oid('2.5.4.3'), utf8(text))));
const spkiOf = (key: KeyObject): Buffer =>
  (key.type === 'private' ? createPublicKey(key) : key).export({ format: 'der', type: 'spki' });
/** RFC 5280 §4.2.1.2 lets any digest of the key do. */
const idOf = (key: KeyObject): Buffer => createHash('sha256').update(spkiOf(key)).digest().subarray(0, 20);
const extension = (id: string, critical: boolean, content: Buffer): Buffer =>
  sequence(oid(id), ...(critical ? [yes()] : []), octets(content));

/** @returns PEM */
export function certificate({ name, publicKey, signer, isAuthority, hosts, from, until }: CertificateWish): string {
  const serial = randomBytes(16);
  // positive, and never zero in front
  serial[0] = ((serial[0] as number) & 0x7f) | 0x40;
  const extensions = [
    extension('2.5.29.19', true, isAuthority ? sequence(yes(), integer(Buffer.from([0]))) : sequence()),
    // keyCertSign and cRLSign, or digitalSignature
    extension('2.5.29.15', true, isAuthority ? bits(Buffer.from([0x06]), 1) : bits(Buffer.from([0x80]), 7)),
    extension('2.5.29.14', false, octets(idOf(publicKey))),
    extension('2.5.29.35', false, sequence(implicit(0, idOf(signer.key)))),
    ...(isAuthority
      ? []
      : [
          extension('2.5.29.37', false, sequence(oid('1.3.6.1.5.5.7.3.1'))),
          extension('2.5.29.17', false, sequence(...hosts.map(hostName))),
        ]),
  ];
  const told = sequence(
    context(0, integer(Buffer.from([2]))),
    integer(serial),
    ECDSA_WITH_SHA256,
    nameOf(signer.name),
    sequence(time(from), time(until)),
    nameOf(name),
    spkiOf(publicKey),
    context(3, sequence(...extensions)),
  );
  return pem('CERTIFICATE', sequence(told, ECDSA_WITH_SHA256, bits(sign('sha256', told, signer.key))));
}

const hostName = (host: string): Buffer =>
  isIP(host) ? implicit(7, addressBytes(host)) : implicit(2, Buffer.from(host, 'latin1'));

function addressBytes(address: string): Buffer {
  if (isIP(address) === 4) return Buffer.from(address.split('.').map(Number));
  // the URL parser writes the last four bytes of ::ffff:1.2.3.4 as two groups
  const text = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = text.split('::');
  const groups = (part: string): string[] => (part === '' ? [] : part.split(':'));
  const [left, right] = [groups(head), groups(tail ?? '')];
  const zeros = Array.from({ length: tail === undefined ? 0 : 8 - left.length - right.length }, () => '0');
  return Buffer.from([...left, ...zeros, ...right].map((group) => group.padStart(4, '0')).join(''), 'hex');
}
