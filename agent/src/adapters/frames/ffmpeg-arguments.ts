import path from 'node:path';
import { readAddress, type StreamAddress } from '../../ports/frame-source.js';

/**
 * What ffmpeg is asked to do, as a list: no shell sees it. It may only use the protocols of its kind of address, so that a
 * playlist from outside cannot read files. Live streams lose pictures beyond the rate and gain none; recordings are read at
 * their own pace and give exactly one picture per 1 / rate, the newest of that moment, so that its number tells its position.
 * @param stallMs after which silence it gives up by itself, so that it ends also when the agent could not end it
 */
export function ffmpegArguments(stream: StreamAddress, stallMs: number): string[] {
  const { kind, url } = readAddress(stream.url);
  const silence = String(stallMs * 1000);
  const rate = String(stream.framesPerSecond);
  const input =
    kind === 'rtsp'
      ? [
          ...['-protocol_whitelist', 'rtsp,rtsps,rtp,tcp,tls', '-rtsp_transport', 'tcp', '-timeout', silence],
          ...LOW_DELAY,
          ...['-i', url],
        ]
      : kind === 'http'
        ? [
            ...['-protocol_whitelist', 'http,https,tcp,tls', '-rw_timeout', silence],
            // MJPEG says no times of its own: a picture is of when it comes.
            ...['-use_wallclock_as_timestamps', '1'],
            ...LOW_DELAY,
            ...['-i', url],
          ]
        : ['-protocol_whitelist', 'file', '-re', '-i', `file:${path.resolve(url)}`];
  const filter =
    kind === 'file'
      ? `fps=fps=${rate}:start_time=0:round=up`
      : `select='isnan(prev_selected_t)+gte(t-prev_selected_t,0.95/${rate})'`;
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-threads', '1', ...input],
    ...['-map', '0:v:0', '-an', '-sn', '-dn', '-vf', filter, ...(kind === 'file' ? [] : ['-vsync', 'passthrough'])],
    ...[
      '-c:v',
      'mjpeg',
      '-pix_fmt',
      'yuvj420p',
      '-q:v',
      '3',
      '-threads',
      '1',
      '-flush_packets',
      '1',
      '-f',
      'image2pipe',
      'pipe:1',
    ],
  ];
}

const LOW_DELAY = ['-fflags', 'nobuffer', '-flags', 'low_delay', '-probesize', '500000', '-analyzeduration', '1000000'];
