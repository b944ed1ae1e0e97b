import { describe, expect, it } from 'vitest';
import { watchChanges } from '../screens/changes.js';
import { Dice } from '../fuzz/mutate.js';
import { chromium, findProgram } from '../support/devices.js';

describe.skipIf(!chromium || !findProgram('ffmpeg'))('the player, frame by frame (needs Chromium and ffmpeg)', () => {
  it('changes between pictures, templates and videos without a frame that is empty, half loaded or not the one whose turn it is', async () => {
    const verdict = await watchChanges(60, new Dice(7));
    expect(verdict.said).toEqual([]);
    expect([verdict.blank, verdict.wrong]).toEqual([0, 0]);
    // more frames than changes: each was seen
    expect(verdict.frames).toBeGreaterThan(60);
    expect(Object.keys(verdict.kinds).sort()).toEqual(['image', 'template', 'video']);
  }, 90_000);
});
