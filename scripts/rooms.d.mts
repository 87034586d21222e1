/** A folder, or files of a folder, with its own rules of imports. */
export interface Room {
  readonly name: string;
  readonly holds: string;
  readonly files?: readonly string[];
  readonly imports: readonly string[];
  readonly types: readonly string[];
  readonly reason: string;
}

export const rooms: readonly Room[];
export function roomOf(file: string): Room | null;
export function mayImport(room: Room, target: Room, how: { readonly typeOnly: boolean }): boolean;
export function reachable(room: Room): Set<string>;
