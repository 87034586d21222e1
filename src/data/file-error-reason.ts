/** Why the file system refused, in words for a message. */
export function fileErrorReason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const words: Record<string, string> = {
    ENOENT: 'no such file or folder',
    EACCES: 'permission denied',
    EISDIR: 'it is a folder',
    ENOTDIR: 'a part of the path is a file',
    EEXIST: 'a file of that name is in the way',
    EROFS: 'read-only file system',
    ENOSPC: 'no space left',
    Z_DATA_ERROR: 'damaged data',
    Z_BUF_ERROR: 'truncated data',
    ERR_STRING_TOO_LONG: 'larger than 512 MB of text',
  };
  return words[code] ?? (code || String(error));
}
