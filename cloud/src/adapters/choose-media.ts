import type { CloudConfig } from '../config/cloud-config.js';
import type { MediaStore } from '../ports/index.js';
import { MediaFolder } from './media-folder.js';
import { MediaObjects } from './media-objects.js';

/** @param folder where files lie unless the configuration names an object store */
export const chooseMediaStore = (config: CloudConfig['content'], folder: string): MediaStore =>
  config?.engine === 's3' ? new MediaObjects(config) : new MediaFolder(folder);
