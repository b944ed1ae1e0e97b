import type { Component } from 'svelte';
import type { Family } from '../figures/enrol.js';
import { Bluetooth, Cctv, MonitorPlay, Nfc, Receipt, Weight } from './icons.js';

/** A picture for each family of devices. */
export const FAMILY_ICONS: Record<Family, Component> = {
  shelf: Weight,
  rfid: Nfc,
  camera: Cctv,
  ble: Bluetooth,
  till: Receipt,
  screen: MonitorPlay,
};
