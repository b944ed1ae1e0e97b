import type { InboxView } from '@aisle/contracts';
import { timeoutOf, type Around, type Options } from './commands.js';
import { UsageError } from './whereabouts.js';

const ASK_EVERY_MS = 1000;

/** `recompute --from TIME`: asks for it, then says how it goes until it is done. 1: it failed, waits for a newer agent, or took too long. */
export async function recompute(options: Options, around: Around): Promise<number> {
  if (options.from === undefined) throw new UsageError('--from is missing; see npm run aisle -- --help');
  const timeoutMs = timeoutOf(options);
  const before = (await around.api.inbox()).recompute?.generation ?? 0;
  const asked = await around.api.recompute(options.from);
  if (asked.waits) {
    around.tell("this shop's agent is older: it computes anew when it has been renewed.");
    return 1;
  }
  around.tell(`figures since ${asked.from} are to be computed anew.`);
  if (options['no-wait'] === true) return 0;
  const began = around.now();
  for (let times = 1; ; times += 1) {
    const { recompute: now } = await around.api.inbox();
    if (now && now.generation > before && now.state !== 'running') return told(now, options, around);
    if (around.now() - began >= timeoutMs) {
      around.tell(`not done within ${options.timeout} s; it goes on in the shop.`, true);
      return 1;
    }
    around.tell(`waiting for the shop… ${Math.round((around.now() - began) / 1000)} s`, times > 1);
    await around.sleep(ASK_EVERY_MS);
  }
}

function told(result: NonNullable<InboxView['recompute']>, options: Options, { say }: Around): number {
  const { state, from, reached, facts } = result;
  if (options.json === true) say(JSON.stringify(result));
  else if (state === 'failed') say("the shop could not compute anew; its agent's log says why.");
  else if (reached === null) say('the journal of the shop gives nothing of that time: everything stays as it was.');
  else
    say(
      reached > from
        ? `the journal of the shop reaches back to ${reached}: figures since then are computed anew (${facts} facts).`
        : `figures since ${from} are computed anew (${facts} facts).`,
    );
  return state === 'done' ? 0 : 1;
}
