import { AisleError, type Remedy, type ScreenTarget } from '@aisle/contracts';

/** What a screen of another maker shall show, alone. */
export interface TargetAsset {
  /** where the screen itself fetches it */
  uri: string;
  kind: 'image' | 'video' | 'webpage';
  name: string;
  /** it ends by the screen's own clock unless told again, epoch ms */
  untilTs: number;
}

/** Why a screen of another maker does not show what it shall: codes of `DEVICE_PROBLEMS`. */
export type TargetTrouble = 'targetUnreachable' | 'targetDenied' | 'targetRefused';

/** Never holds an address, a name or a password. */
export class TargetError extends AisleError<TargetTrouble> {
  override readonly name = 'TargetError';

  /** @param status of HTTP, 0 where there was none */
  constructor(
    readonly code: TargetTrouble,
    readonly status: number,
  ) {
    super(`the screen was not told what to show: ${code} (${status})`);
  }

  /** Whatever kept it away may be gone the next time. */
  override get remedy(): Remedy {
    return 'retry';
  }
}

/** Tells one kind of screen what to show. */
export interface ScreenInterface {
  /** Makes it so; again where it is so already. null: nothing of ours; undefined: as it is, only whether it is there. @throws TargetError */
  show(target: ScreenTarget, asset: TargetAsset | null | undefined, signal: AbortSignal): Promise<void>;
}
