import { describe, expect, it } from 'vitest';
import { WAIT_REASONS, type WaitingCommand } from '@aisle/contracts';
import { waitLines } from '../../src/lib/figures/sides.js';
import { translate, type MessageKey, type Params } from '../../src/lib/i18n/translate.js';

const en = (key: MessageKey, params?: Params): string => translate('en', key, params);
const zh = (key: MessageKey, params?: Params): string => translate('zh', key, params);
const waits = (kind: string, code: WaitingCommand['code']): WaitingCommand => ({
  kind,
  code,
  since: '2026-03-02T02:00:00.000Z',
});

describe('what waits for the agent of a shop', () => {
  it('is nothing while both sides are of one age', () => {
    expect(waitLines(en, {})).toEqual([]);
    expect(waitLines(en, { waits: [], agentVersion: '0.2.0' })).toEqual([]);
  });

  it('is said once for each reason, in both languages', () => {
    const view = {
      agentVersion: '0.1.0',
      waits: [
        waits('planned', 'agentOlder'),
        waits('planned', 'agentOlder'),
        waits('recompute', 'agentOlder'),
        waits('storeFile', 'malformed'),
        waits('gaze', 'unknownCommand'),
        waits('sale', 'noStoreFile'),
      ],
    };
    expect(waitLines(en, view)).toEqual([
      'The agent in the shop is older (0.1.0). For a newer one waits: a store file for later, figures to be computed anew.',
      'The agent in the shop could not use: a store file, something new. It is kept, and sent again after an upgrade.',
      'Until the shop has its store file waits: a sale.',
    ]);
    expect(waitLines(zh, view)[0]).toBe('门店端软件版本较旧（0.1.0），等待升级后下发：定时生效的门店文件、数据重算。');
  });

  it('is worded for every reason that there is', () => {
    for (const code of WAIT_REASONS) expect(waitLines(en, { waits: [waits('sale', code)] })).toHaveLength(1);
  });
});
