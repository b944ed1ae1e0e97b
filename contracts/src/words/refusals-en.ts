/** Why a message of a device, or a part of one, counts for nothing: in English, to stand behind the name of its field. */
export const REFUSALS_EN = {
  // one for each reason, where nothing closer is known
  refusedMalformed: 'not a message of this topic',
  refusedUnknownDevice: 'not a device of the store file in force',
  refusedUnknownSubject: 'names a slot or entrance that the store file does not have, or that is not at this device',
  refusedTopic: 'not a topic that the sender may use',
  refusedUnsupported: 'this agent does not read such messages yet',
  refusedLate: 'older than the newest message of its device and channel',
  refusedTooOld: 'more than 35 days behind the newest of its device',
  refusedFuture: 'more than 24 hours ahead of its arrival',
  refusedReplay: 'an encrypted advertisement whose counter does not rise: heard before, or played back',
  refusedDuplicate: 'the same message again',
  refusedConflict: 'contradicts what was said before of the same receipt, or of the same slot at the same time',
  refusedPicture: 'no picture that can be looked at',
  refusedBusy: 'the agent cannot take it now',
} as const;
