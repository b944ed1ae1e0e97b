/**
 * Keeps the page that it stands on true: asks for it again and puts in the parts that differ, unless somebody is using one. An agent
 * that is gone is told of within five seconds, and what it said before is greyed.
 */
const EVERY_MS = 2000;
/** An answer that takes longer is none. */
const PATIENCE_MS = 2500;
const asOf = document.getElementById('asof');
let since = Date.now();

const inUse = (part: Element): boolean => {
  const selected = document.getSelection();
  return (
    part.contains(document.activeElement) ||
    (selected !== null && !selected.isCollapsed && part.contains(selected.anchorNode))
  );
};

function put(next: Document): void {
  for (const part of document.querySelectorAll('[data-part]')) {
    const fresh = next.querySelector(`[data-part="${part.getAttribute('data-part') ?? ''}"]`);
    if (fresh && fresh.innerHTML !== part.innerHTML && !inUse(part)) part.innerHTML = fresh.innerHTML;
  }
}

async function ask(): Promise<void> {
  if (document.visibilityState !== 'visible') return;
  try {
    const answer = await fetch(location.pathname, {
      headers: { accept: 'text/html' },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    if (answer.redirected) {
      location.reload();
      return;
    }
    if (!answer.ok) throw new Error(String(answer.status));
    put(new DOMParser().parseFromString(await answer.text(), 'text/html'));
    asOf?.classList.remove('bad');
    document.body.classList.remove('old');
    since = Date.now();
  } catch {
    document.body.classList.add('old');
    if (!asOf) return;
    asOf.classList.add('bad');
    asOf.textContent = (asOf.dataset['lost'] ?? '').replace(
      '{time}',
      new Date(since).toLocaleTimeString(document.documentElement.lang, { hourCycle: 'h23' }),
    );
  }
}

let asking = false;
/** One question at a time: a slow answer must not overtake a newer one. */
async function askOnce(): Promise<void> {
  if (asking) return;
  asking = true;
  await ask();
  asking = false;
}

setInterval(() => void askOnce(), EVERY_MS);
document.addEventListener('visibilitychange', () => void askOnce());
