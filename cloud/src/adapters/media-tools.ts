import { spawn } from 'node:child_process';

export interface ToolAnswer {
  /** null: it was ended, or is not there */
  code: number | null;
  out: Buffer;
  said: string;
}

/** what a tool may answer and say: it reads files of strangers */
const MOST_OUT = 32 << 20;
const MOST_SAID = 16 << 10;

/** Runs ffprobe or ffmpeg. Never rejects: a tool that is not there, hangs or says too much has no code. */
export function runTool(name: 'ffprobe' | 'ffmpeg', args: readonly string[], withinMs: number): Promise<ToolAnswer> {
  return new Promise((resolve) => {
    const out: Buffer[] = [];
    let bytes = 0;
    let said = '';
    const child = spawn(name, args, { stdio: ['ignore', 'pipe', 'pipe'], timeout: withinMs, killSignal: 'SIGKILL' });
    child.stdout.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes > MOST_OUT) child.kill('SIGKILL');
      else out.push(chunk);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      if (said.length < MOST_SAID) said += chunk.toString('utf8');
    });
    child.on('error', () => resolve({ code: null, out: Buffer.alloc(0), said: '' }));
    child.on('close', (code) => resolve({ code, out: Buffer.concat(out), said }));
  });
}
