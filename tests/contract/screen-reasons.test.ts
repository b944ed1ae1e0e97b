import { describe, expect, it } from 'vitest';
import type { Content, StoreFile, Zone } from '@aisle/contracts';
import type { AudienceMember } from '../../agent/src/domain/engine-api.js';
import { choose } from '../../agent/src/screens/rule.js';
import { createFormat } from '../../dashboard/src/lib/i18n/format.js';
import { reasonWords } from '../../dashboard/src/lib/figures/reasons.js';
import { translate, type MessageKey } from '../../dashboard/src/lib/i18n/translate.js';
