import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import sharp from 'sharp';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FfmpegFrameSource, hideAddresses } from '../../src/adapters/frames/ffmpeg-source.js';
import { ffmpegArguments } from '../../src/adapters/frames/ffmpeg-arguments.js';
import type { FrameRun, FrameRunEnd } from '../../src/ports/frame-source.js';
import { freePort, until } from '../runtime/harness.js';
import { MjpegCamera, hasFfmpeg, picture } from './support.js';

let dir: string;
const runs: FrameRun[] = [];
const others: ChildProcess[] = [];
beforeAll(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), 'aisle-frames-'));
});
afterEach(async () => {
  for (const run of runs.splice(0)) await run.stop();
  for (const { pid } of others.splice(0)) process.kill(-(pid as number), 'SIGKILL');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

interface Seen {
  frames: { picture: Uint8Array; positionMs: number | null }[];
  ends: FrameRunEnd[];
  run: FrameRun;
}
function open(url: string, framesPerSecond = 5, source = new FfmpegFrameSource()): Seen {
  const seen: Seen = { frames: [], ends: [], run: undefined as unknown as FrameRun };
  seen.run = source.open(
    { url, framesPerSecond },
    {
      frame: (bytes, positionMs) => seen.frames.push({ picture: bytes, positionMs }),
      ended: (end) => seen.ends.push(end),
    },
  );
  runs.push(seen.run);
  return seen;
}
const make = (name: string, ...args: string[]): string => {
  const file = path.join(dir, name);
  const made = spawnSync('ffmpeg', ['-hide_banner', '-loglevel', 'error', '-y', ...args, file]);
  expect(made.stderr.toString()).toBe('');
  return file;
};
const brightness = async (bytes: Uint8Array) => (await sharp(bytes).greyscale().stats()).channels[0]?.mean as number;
/** ffmpeg processes that this test's process has started and that still run. */
const children = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((pid) => {
      try {
        const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
        return stat.includes('(ffmpeg)') && Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === process.pid;
      } catch {
        return false;
      }
    });

describe.skipIf(!hasFfmpeg)('ffmpeg as a source of pictures', () => {
  it('reads a video file at its own pace, each picture of its position', async () => {
    // It grows brighter by 4 with every picture of 40 ms: the brightness tells the time.
    const file = make(
      'ramp.mp4',
      ...[
        '-f',
        'lavfi',
        '-i',
        "nullsrc=s=64x48:r=25:d=2,geq=lum='16+4*N':cb=128:cr=128",
        '-pix_fmt',
        'yuv420p',
        '-qp',
        '0',
      ],
    );
    const began = performance.now();
    const seen = open(file, 5);
    await until('the end of the file', () => seen.ends.length > 0);
    expect(performance.now() - began).toBeGreaterThan(1300);
    expect(seen.ends).toEqual([{ finished: true, reason: 'the recording has ended' }]);
    expect(seen.frames.map(({ positionMs }) => positionMs)).toEqual([
      0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800,
    ]);
    const first = await brightness((seen.frames[0] as Seen['frames'][0]).picture);
    for (const { picture: bytes, positionMs } of seen.frames) {
      // 4 of 219 video levels per picture of 40 ms, on the way to 255.
      const pictures = ((await brightness(bytes)) - first) / (4 * (255 / 219));
      expect(pictures * 40).toBeGreaterThan((positionMs as number) - 30);
      expect(pictures * 40).toBeLessThan((positionMs as number) + 30);
    }
  });

  it('reads an animated GIF once', async () => {
    const file = make('two.gif', '-f', 'lavfi', '-i', 'testsrc=s=64x48:r=10:d=1');
    const seen = open(file, 10);
    await until('the end of the GIF', () => seen.ends.length > 0);
    expect(seen.ends[0]?.finished).toBe(true);
    expect(seen.frames.length).toBeGreaterThanOrEqual(9);
    expect(seen.frames.length).toBeLessThanOrEqual(11);
  });

  it('plays a folder of pictures in the order of their names', async () => {
    const folder = mkdtempSync(path.join(dir, 'folder-'));
    const pictures = [await picture(1), await picture(2), await picture(3)];
    for (const [index, jpeg] of pictures.entries()) writeFileSync(path.join(folder, `00${index}.jpg`), jpeg);
    writeFileSync(path.join(folder, 'notes.txt'), 'not a picture');
    const seen = open(folder, 20);
    await until('the last picture', () => seen.ends.length > 0);
    expect(seen.frames.map(({ picture: bytes }) => Buffer.from(bytes))).toEqual(pictures);
    expect(seen.frames.map(({ positionMs }) => positionMs)).toEqual([0, 50, 100]);
  });

  it('reads MJPEG over HTTP with a password, at most at the rate asked for, and hears its end', async () => {
    const jpeg = await picture(5, 160, 120);
    const camera = new MjpegCamera((self, response) => {
      let sent = 0;
      const timer = setInterval(() => {
        self.send(response, jpeg);
        if ((sent += 1) === 40) {
          clearInterval(timer);
          response.end();
        }
      }, 50);
      response.on('close', () => clearInterval(timer));
    }, true);
    const url = (await camera.start()).replace('//', '//eye:p4ssw0rd@');
    const seen = open(url, 5);
    await until('the end of the stream', () => seen.ends.length > 0, 20_000);
    expect(camera.authorization).toBe(`Basic ${Buffer.from('eye:p4ssw0rd').toString('base64')}`);
    // 40 pictures in 2 s, 5 a second wanted.
    expect(seen.frames.length).toBeGreaterThan(5);
    expect(seen.frames.length).toBeLessThan(14);
    expect(seen.frames.every(({ positionMs }) => positionMs === null)).toBe(true);
    expect(seen.ends[0]?.finished).toBe(false);
    expect(seen.ends[0]?.reason).not.toMatch(/p4ssw0rd|eye/);
    await camera.stop();
  });

  it('hands on every picture of a stream that is slower than the rate', async () => {
    const jpeg = await picture(5, 160, 120);
    const camera = new MjpegCamera((self, response) => {
      let sent = 0;
      const timer = setInterval(() => {
        self.send(response, jpeg);
        if ((sent += 1) === 12) {
          clearInterval(timer);
          response.end();
        }
      }, 200);
      response.on('close', () => clearInterval(timer));
    });
    const seen = open(await camera.start(), 30);
    await until('the end of the stream', () => seen.ends.length > 0, 20_000);
    expect(seen.frames.length).toBeGreaterThanOrEqual(10);
    expect(seen.frames.length).toBeLessThanOrEqual(12);
    await camera.stop();
  });

  it('reads RTSP', async () => {
    const port = await freePort();
    const url = `rtsp://127.0.0.1:${port}/shop`;
    const server = spawn('python3', ['-c', RTSP_SERVER, String(port)], {
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    others.push(server);
    await new Promise((resolve) => server.stdout?.once('data', resolve));
    const seen = open(url, 5);
    await until('pictures by RTSP', () => seen.frames.length >= 3 || (seen.ends.length > 0 && seen.ends), 20_000);
    expect(seen.ends).toEqual([]);
    expect((await sharp((seen.frames[0] as Seen['frames'][0]).picture).metadata()).width).toBe(64);
  });

  it.each([
    ['a file that is not there', () => '/nowhere/film.mp4', /No such file/],
    [
      'a file that is no film',
      () => {
        const file = path.join(dir, 'garbage.mp4');
        writeFileSync(file, Buffer.alloc(20_000, 0x5a));
        return file;
      },
      /Invalid data|could not find|moov/i,
    ],
    ['a port where nobody listens', () => 'http://user:hidden@127.0.0.1:9/x', /Connection refused/],
  ])('says what is wrong with %s', async (_title, url, reason) => {
    const seen = open(url());
    await until('the end', () => seen.ends.length > 0, 20_000);
    expect(seen.ends[0]?.finished).toBe(false);
    expect(seen.ends[0]?.reason).toMatch(reason);
    expect(seen.ends[0]?.reason).not.toContain('hidden');
    expect(seen.frames).toEqual([]);
  });

  it('goes on after garbage and pictures that were cut off inside of a stream', async () => {
    const jpeg = await picture(5, 160, 120);
    const camera = new MjpegCamera((self, response) => {
      let sent = 0;
      const timer = setInterval(() => {
        sent += 1;
        if (sent === 5) self.send(response, Buffer.alloc(3000, 0x41));
        else if (sent === 8) self.send(response, jpeg.subarray(0, 200));
        else self.send(response, jpeg);
      }, 100);
      response.on('close', () => clearInterval(timer));
    });
    const seen = open(await camera.start(), 30);
    await until('pictures behind the garbage', () => seen.frames.length >= 12, 20_000);
    expect(seen.ends).toEqual([]);
    await seen.run.stop();
    await camera.stop();
  });

  it('leaves no process behind when it is stopped, not even of a stream that says nothing', async () => {
    const camera = new MjpegCamera(() => undefined);
    const seen = open(await camera.start());
    await until('the request', () => camera.requests === 1);
    expect(children().length).toBeGreaterThan(0);
    await seen.run.stop();
    expect(children()).toEqual([]);
    await camera.stop();
  });

  it('gives up by itself when a stream says nothing', async () => {
    const camera = new MjpegCamera(() => undefined);
    const seen = open(await camera.start(), 5, new FfmpegFrameSource('ffmpeg', 1000));
    await until('the end', () => seen.ends.length > 0, 15_000);
    expect(seen.ends[0]?.finished).toBe(false);
    await camera.stop();
  });
});

describe('a source of pictures', () => {
  it('says when ffmpeg is not there', async () => {
    const seen = open('http://127.0.0.1:9/x', 5, new FfmpegFrameSource('/nowhere/ffmpeg'));
    await until('the end', () => seen.ends.length > 0);
    expect(seen.ends).toEqual([
      {
        finished: false,
        reason: 'ffmpeg is not installed: streams and video files need it (Debian: apt install ffmpeg)',
      },
    ]);
    await seen.run.stop();
  });

  it.each(['concat:/etc/passwd|/etc/hosts', 'tcp://127.0.0.1:80', 'data:text/plain,x', 'lavfi:testsrc'])(
    'does not take %s',
    (url) => {
      expect(() => ffmpegArguments({ url, framesPerSecond: 5 }, 1000)).toThrow(/is not taken; expected rtsp:/);
    },
  );

  it('keeps the protocols of an address to its kind, and hands the address over as one argument', () => {
    const args = ffmpegArguments({ url: 'http://a/$(reboot) -f x', framesPerSecond: 5 }, 1000);
    expect(args).toContain('http://a/$(reboot) -f x');
    expect(args[args.indexOf('-protocol_whitelist') + 1]).toBe('http,https,tcp,tls');
    const file = ffmpegArguments({ url: '-version', framesPerSecond: 5 }, 1000);
    expect(file[file.indexOf('-i') + 1]).toBe(`file:${path.resolve('-version')}`);
  });

  it.each([
    ['rtsp://u:secret@cam:554/a?token=secret: failed', 'rtsp://cam:554/…'],
    ['Error opening http://cam/x?pwd=secret', 'http://cam/…'],
  ])('hides what is secret in %s', (text, expected) => {
    const hidden = hideAddresses(text, 'rtsp://u:secret@cam:554/a?token=secret');
    expect(hidden).toContain(expected);
    expect(hidden).not.toContain('secret');
  });
});

/** A small RTSP server of ten pictures a second, MJPEG over the same connection (RFC 2326, RFC 2435 by ffmpeg's own muxer). */
const RTSP_SERVER = `
import socket, subprocess, sys, threading, re
port = int(sys.argv[1])
server = socket.create_server(('127.0.0.1', port))
print('listening', flush=True)
udp = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
udp.bind(('127.0.0.1', 0))
rtp = udp.getsockname()[1]
SDP = 'v=0\\r\\no=- 0 0 IN IP4 127.0.0.1\\r\\ns=shop\\r\\nc=IN IP4 127.0.0.1\\r\\nt=0 0\\r\\nm=video 0 RTP/AVP 26\\r\\na=control:track1\\r\\n'
def play(connection):
    child = subprocess.Popen(['ffmpeg', '-hide_banner', '-loglevel', 'error', '-nostdin', '-re', '-f', 'lavfi', '-i', 'testsrc=s=64x48:r=10',
        '-c:v', 'mjpeg', '-pix_fmt', 'yuvj420p', '-huffman', 'default', '-force_duplicated_matrix', '1', '-f', 'rtp', 'rtp://127.0.0.1:%d' % rtp], stdout=subprocess.DEVNULL)
    try:
        while True:
            data = udp.recv(65536)
            connection.sendall(b'$' + bytes([0]) + len(data).to_bytes(2, 'big') + data)
    except OSError:
        child.kill()
connection, _ = server.accept()
buffer = b''
while True:
    chunk = connection.recv(4096)
    if not chunk: break
    buffer += chunk
    while b'\\r\\n\\r\\n' in buffer:
        head, buffer = buffer.split(b'\\r\\n\\r\\n', 1)
        text = head.decode('latin1')
        if '$' in text[:1]: continue
        method = text.split(' ', 1)[0]
        found = re.search(r'CSeq: *(\\d+)', text, re.I)
        headers = 'RTSP/1.0 200 OK\\r\\nCSeq: %s\\r\\n' % (found.group(1) if found else '0')
        body = ''
        if method == 'OPTIONS': headers += 'Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN\\r\\n'
        if method == 'DESCRIBE':
            body = SDP
            headers += 'Content-Type: application/sdp\\r\\nContent-Length: %d\\r\\n' % len(body)
        if method == 'SETUP': headers += 'Transport: RTP/AVP/TCP;unicast;interleaved=0-1\\r\\nSession: 1\\r\\n'
        if method == 'PLAY': headers += 'Session: 1\\r\\n'
        connection.sendall((headers + '\\r\\n' + body).encode())
        if method == 'PLAY': threading.Thread(target=play, args=(connection,), daemon=True).start()
`;
