import { noOptions, study } from '../shared/study.js';
import { alignedTable, gradientTable, memorisationTable, noiseTable, successTable } from './answers.js';

/** The tables of docs/questions.md: npm run example:questions */
export default study({
  name: 'questions',
  usage: '',
  options: noOptions,
  run(_, console) {
    for (const table of [gradientTable, alignedTable, successTable, memorisationTable, noiseTable]) {
      console.print(`${table()}\n`);
    }
    return 0;
  },
});
