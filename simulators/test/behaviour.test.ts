import { describe, expect, it } from 'vitest';
import { BehaviourError, parseBehaviour } from '../src/settings/behaviour.js';
import { behaviourText, demoBehaviour } from './support.js';

describe('the behaviour file', () => {
  it('ships with a comment for every block and passes its own check', () => {
    expect(demoBehaviour().arrivals.dayProfile).toHaveLength(24);
  });

  it.each([
    ['an unknown key', 'queueSpacingMetres: 0.9', 'queueSpacing: 0.9', 'till.queueSpacing is not a known key'],
    ['a missing key', '  takeShare: 0.85\n', '', 'shelf.takeShare is missing'],
    [
      'a wrong type',
      'perHour: 190',
      'perHour: many',
      'arrivals.perHour expected people per hour, 0 to 3000, got "many"',
    ],
    [
      'a share above 1',
      'putbackShare: 0.18',
      'putbackShare: 1.8',
      'shelf.putbackShare expected a share, 0 to 1, got 1.8',
    ],
    [
      'spans upside down',
      'wants: [5, 11]',
      'wants: [11, 5]',
      'kinds.weekly.wants expected the least not above the most, got 11 and 5',
    ],
    [
      'a speed range upside down',
      'least: 0.7, most: 1.7',
      'least: 1.7, most: 0.7',
      'walking.metresPerSecond expected the least not above the most',
    ],
    ['no YAML', 'arrivals:', 'arrivals: [', 'is not YAML'],
  ])('names the key and what was expected for %s', (_, good, bad, message) => {
    expect(behaviourText).toContain(good);
    const parse = () => parseBehaviour(behaviourText.replace(good, bad), 'shop/behaviour.yaml');
    expect(parse).toThrow(BehaviourError);
    expect(parse).toThrow(message);
    expect(parse).toThrow('shop/behaviour.yaml: ');
  });
});
