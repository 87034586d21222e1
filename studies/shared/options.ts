import { parseArgs, type ParseArgsConfig } from 'node:util';
import { integerOption, UsageError } from '../../src/cli/options.js';

type OptionTypes = NonNullable<ParseArgsConfig['options']>;

const HELP = { help: { type: 'boolean', default: false } } as const;

/** Values of the options of a study, by name. */
export type OptionValues<Types extends OptionTypes> = ReturnType<
  typeof parseArgs<{ options: Types & typeof HELP; args: string[] }>
>['values'];

/**
 * Values of options from command line words; null if help is asked for.
 *
 * @throws UsageError naming an option that is not allowed, or has no value, and those that are.
 */
export function optionValues<const Types extends OptionTypes>(
  types: Types,
  words: readonly string[],
): OptionValues<Types> | null {
  const options = { ...types, ...HELP };
  try {
    const { values } = parseArgs({ args: [...words], options });
    return (values as { help: boolean }).help ? null : values;
  } catch (error) {
    // Messages of parseArgs go on with advice; their first sentence says what is wrong.
    const problem = error instanceof Error ? error.message.split(/\. |\.?\n/)[0]! : String(error);
    const allowed = Object.keys(options).map((name) => `--${name}`);
    throw new UsageError(`${problem}; allowed are ${allowed.join(', ')}`);
  }
}

/** The seed of everything random. @throws UsageError */
export function seedOption(text: string): number {
  return integerOption('seed', text, 0, Number.MAX_SAFE_INTEGER);
}
