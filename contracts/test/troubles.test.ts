import { describe, expect, it } from 'vitest';
import { troubleIn } from '../src/words/troubles.js';

describe('why a stream or a radio does not work', () => {
  it.each([
    ['no picture for 10 s', 'no picture for 10 s', '10 秒没有画面'],
    ['ffmpeg ended with SIGKILL', 'ffmpeg ended with SIGKILL', 'ffmpeg 已退出（SIGKILL）'],
    ['method DESCRIBE failed: 401 Unauthorized', 'the camera refuses the password', '摄像头拒绝了密码'],
    ['Connection to tcp://cam:554 failed: Connection refused', 'nobody answers at this address', /无人应答/],
    ['there is no system bus: is dbus running?', 'there is no system bus: is dbus running?', /系统总线/],
  ])('%s', (said, en, zh) => {
    expect(troubleIn('en', said)).toBe(en);
    expect(troubleIn('zh', said)).toMatch(zh instanceof RegExp ? zh : new RegExp(`^${zh}$`));
  });

  it('what nobody knows stays as it is in English, and is no English sentence in Chinese', () => {
    expect(troubleIn('en', 'frobnication failed')).toBe('frobnication failed');
    expect(troubleIn('zh', 'frobnication failed')).not.toMatch(/[a-z]{4}/);
  });
});
