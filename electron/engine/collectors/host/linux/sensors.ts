// Temperatures, from /sys/class/hwmon (Documentation/hwmon/sysfs-interface.rst of the kernel).
import { realpathSync } from 'node:fs';
import path from 'node:path';
import type { HostPart } from '../types.ts';
import type { HostFiles } from './files.ts';

const MILLI = 0.001;
/** Sensors come with drivers, not with polls. */
const LOOK_EVERY_MS = 60_000;
const VALUES: readonly (readonly [file: string, name: string])[] = [
  ['input', 'celsius'],
  ['max', 'max_celsius'],
  ['crit', 'crit_celsius'],
];

type Sensor = { readonly chip: string; readonly sensor: string; readonly dir: string; readonly label: string };

const clean = (name: string): string =>
  name
    .trim()
    .toLowerCase()
    .replace(/[^a-z0-9:_]/g, '_')
    .replace(/^_+|_+$/g, '');

/** Node Exporter's stable chip name: the bus and name of its device, else what the driver calls it. */
function chipName(files: HostFiles, dir: string): string {
  try {
    const device = realpathSync(files.path(dir, 'device'));
    const bus = clean(path.basename(path.dirname(device)));
    const name = clean(path.basename(device));
    if (name !== '') return bus === '' ? name : `${bus}_${name}`;
  } catch {
    // A virtual chip has no device.
  }
  return clean(files.optional(dir, 'name') ?? '') || clean(path.basename(dir));
}

export function sensorPart(files: HostFiles, monotonic: () => number = () => performance.now()): HostPart {
  let sensors: Sensor[] = [];
  let chips: { chip: string; chipName: string }[] = [];
  let lookedAtMs = -Infinity;

  const look = (): void => {
    sensors = [];
    chips = [];
    for (const entry of files.list('sys/class/hwmon')) {
      const dir = `sys/class/hwmon/${entry}`;
      const chip = chipName(files, dir);
      const driver = files.optional(dir, 'name')?.trim() ?? '';
      if (driver !== '') chips.push({ chip, chipName: clean(driver) });
      for (const file of files.list(dir)) {
        const sensor = /^(temp\d+)_input$/.exec(file)?.[1];
        if (sensor === undefined) continue;
        sensors.push({ chip, sensor, dir, label: files.optional(dir, `${sensor}_label`)?.trim() ?? '' });
      }
    }
  };

  return {
    name: 'hwmon',
    read(emit) {
      if (monotonic() - lookedAtMs >= LOOK_EVERY_MS) {
        lookedAtMs = monotonic();
        look();
      }
      for (const { chip, chipName: name } of chips) emit('node_hwmon_chip_names', 1, { chip, chip_name: name });
      for (const { chip, sensor, dir, label } of sensors) {
        if (label !== '') emit('node_hwmon_sensor_label', 1, { chip, sensor, label });
        for (const [file, name] of VALUES) {
          const value = files.number(dir, `${sensor}_${file}`);
          if (value !== undefined) emit(`node_hwmon_temp_${name}`, value * MILLI, { chip, sensor });
        }
      }
      return sensors.length > 0;
    },
  };
}
