import { describe, expect, test } from 'vitest';
import { agreementMarkdown } from '../../src/report/agreement-text.js';
import { markdownText } from '../../src/report/table.js';
import { agreeingReport, HOSTILE, troubledReport } from './sample-report.js';

/** Bytes of a step's summary that GitHub shows at most. */
const MOST_BYTES = 1024 * 1024;

/** Lines of a table that have another number of cells than its header. */
function unevenRows(markdown: string): string[] {
  const cells = (line: string): number => line.replace(/\\\|/g, '').split('|').length;
  let width = 0;
  return markdown.split('\n').filter((line) => {
    if (!line.startsWith('|')) width = 0;
    else if (width === 0) width = cells(line);
    return width > 0 && cells(line) !== width;
  });
}

describe('agreement.md', () => {
  test('begins with the verdict and is far below what a job summary may have', () => {
    const text = agreementMarkdown(agreeingReport(1000));
    expect(text).toMatch(/^# All theorems agree/);
    expect(Buffer.byteLength(text)).toBeLessThan(MOST_BYTES / 25);
    expect(agreementMarkdown(troubledReport())).toMatch(/^# A theorem is contradicted/);
  });

  test('has whole tables whatever the texts in them, and one that is torn is noticed', () => {
    expect(unevenRows(agreementMarkdown(agreeingReport()))).toEqual([]);
    expect(unevenRows(agreementMarkdown(troubledReport()))).toEqual([]);
    expect(unevenRows('| a | b |\n| --- | --- |\n| |mu| | 1 |')).toEqual(['| |mu| | 1 |']);
  });

  test('shows texts as they are', () => {
    expect(markdownText('|mu|_1 < a*b\n`c`')).toBe('\\|mu\\|\\_1 \\< a\\*b \\`c\\`');
    expect(agreementMarkdown(troubledReport())).not.toContain(HOSTILE);
  });

  test('names a contradiction and its replay command before the table', () => {
    const text = agreementMarkdown(troubledReport());
    const command = text.indexOf('unlearning-stability replay counterexample-D1.json');
    expect(command).toBeGreaterThan(0);
    expect(command).toBeLessThan(text.indexOf('| theorem |'));
    const { predicted, observed } = troubledReport().theorems[0]!.counterexample!.found;
    expect(predicted).not.toBe(observed);
    expect(text).toContain(`predicted ${predicted}; exact eta*`);
  });
});
