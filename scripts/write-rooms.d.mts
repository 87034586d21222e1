/** Paths from the root and the texts that the table of rooms asks for. */
export function roomPages(architecture: string): [file: string, text: string][];
