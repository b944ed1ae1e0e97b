import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import { StartError } from '../ports/errors.js';

export interface TlsFiles {
  certFile: string;
  keyFile: string;
}
export interface ServerTls {
  cert: string;
  key: string;
  minVersion: 'TLSv1.2';
  /** when the certificate ends, epoch ms */
  expiresTs: number;
}

/** A certificate and its key, which belong together and hold now. @throws StartError that names the file */
export function readTlsFiles({ certFile, keyFile }: TlsFiles, now: number): ServerTls {
  const [cert, key] = [read(certFile), read(keyFile)];
  const tls = { cert, key, minVersion: 'TLSv1.2' } as const;
  try {
    createSecureContext(tls);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new StartError(
      'config',
      `tls: ${certFile} and ${keyFile} are no certificate with its key (${code ?? 'PEM'})`,
    );
  }
  const { validTo, validFrom } = new X509Certificate(cert);
  if (Date.parse(validTo) < now) throw new StartError('config', `tls: ${certFile} has expired on ${validTo}`);
  if (Date.parse(validFrom) > now) throw new StartError('config', `tls: ${certFile} holds only from ${validFrom} on`);
  return { ...tls, expiresTs: Date.parse(validTo) };
}

/** Certificates to trust, PEM. @throws StartError that names the file */
export const readCaFile = (file: string): string => read(file);

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new StartError('config', `tls: ${file} cannot be read (${(error as NodeJS.ErrnoException).code ?? 'error'})`);
  }
}
