import { understands, type InboxCommand, type Speaks, type StoreFile } from '@aisle/contracts';

/**
 * A store file as an agent takes it. What is only drawn (walls, and where devices hang) came with version 2 of the command; an older
 * agent refuses a file with keys that it does not know, and would go on with the floor of before. Nothing that it counts by is left out.
 */
export function asUnderstood(command: InboxCommand, { commands }: Pick<Speaks, 'commands'>): InboxCommand {
  if (command.kind !== 'storeFile' && command.kind !== 'planned') return command;
  return understands(commands, 'storeFile', 2) ? command : { ...command, storeFile: withoutDrawing(command.storeFile) };
}

function withoutDrawing({ walls: _walls, ...file }: StoreFile): StoreFile {
  if (!file.devices) return file;
  return { ...file, devices: file.devices.map(({ at: _at, facingDegrees: _facing, ...device }) => device) };
}
