/** A small change of a source: the text from..to becomes `after`. */
export interface SourceMutant {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly from: number;
  readonly to: number;
  readonly before: string;
  readonly after: string;
  /** The line without its indentation. */
  readonly source: string;
}

export function mutantsOf(fileName: string, text: string): SourceMutant[];
