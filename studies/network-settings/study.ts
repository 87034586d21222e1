/**
 * Escape and deletion in several settings of the two-layer network, and minima that do not interpolate.
 *
 *     npm run example:network
 *
 * Takes no options. Exit code 0, or 2 for wrong usage.
 */
import {
  INTERPOLATING,
  type NamedSetting,
  NOT_INTERPOLATING,
  runSetting,
  type SettingResult,
} from './setting.js';
import { deletionTable, driftTable, escapeTable } from './tables.js';

function results(settings: readonly NamedSetting[]): SettingResult[] {
  return settings.map((setting) => {
    process.stderr.write(`network: ${setting.name}\n`);
    return runSetting(setting);
  });
}

if (process.argv.length > 2) {
  process.stderr.write(`network: no options are allowed; got ${process.argv[2]}\n`);
  process.exitCode = 2;
} else {
  const interpolating = results(INTERPOLATING);
  const others = results(NOT_INTERPOLATING);
  process.stdout.write(
    `${escapeTable(interpolating)}\n\n${deletionTable(interpolating)}\n\n${driftTable(others)}\n`,
  );
}
