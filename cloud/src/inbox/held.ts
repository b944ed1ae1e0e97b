import { commandVersion, understands, type CommandRefusal, type InboxCommand, type Speaks } from '@aisle/contracts';
import type { VersionRecord } from '../ports/index.js';

/** Why a command is kept back: the agent is too old to be sent it, or has refused it. */
export type HeldReason = 'agentOlder' | CommandRefusal;

/** Why this agent is not sent a command; undefined where it is. */
export function whyHeld(
  command: InboxCommand,
  agent: { speaks: Speaks; tells: boolean; hasFile: boolean },
): HeldReason | undefined {
  const { kind } = command;
  if (!understands(agent.speaks.commands, kind, commandVersion(command))) return 'agentOlder';
  // One of 0.1 acknowledges a sale that comes before its store file, and forgets it.
  if (kind === 'sale' && !agent.tells && !agent.hasFile) return 'noStoreFile';
  return undefined;
}

/** Whether a newer version has taken the place of the store file that a command brings. */
export function isOvertaken(command: InboxCommand, line: readonly VersionRecord[], now: number): boolean {
  if (command.kind !== 'storeFile' && command.kind !== 'planned') return false;
  const by = command.kind === 'planned' ? Math.max(command.validFrom, now) : now;
  return line.some(({ version, validFrom }) => version > command.version && validFrom <= by);
}
