import { noOptions, study } from '../shared/study.js';
import { INTERPOLATING, NOT_INTERPOLATING, runSetting, type NamedSetting } from './setting.js';
import { deletionTable, driftTable, escapeTable } from './tables.js';

/**
 * Escape and deletion in several settings of the two-layer network, and minima that do not interpolate:
 * npm run example:network
 */
export default study({
  name: 'network',
  usage: '',
  options: noOptions,
  run(_, console) {
    const results = (settings: readonly NamedSetting[]) =>
      settings.map((setting) => {
        console.say(setting.name);
        return runSetting(setting);
      });
    const interpolating = results(INTERPOLATING);
    const others = results(NOT_INTERPOLATING);
    console.print(
      `${escapeTable(interpolating)}\n\n${deletionTable(interpolating)}\n\n${driftTable(others)}`,
    );
    return 0;
  },
});
