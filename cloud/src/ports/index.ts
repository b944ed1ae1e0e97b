export * from './catalog.js';
export * from './clock.js';
export * from './device-records.js';
export * from './random.js';
export * from './series-store.js';
export * from './store-version.js';
