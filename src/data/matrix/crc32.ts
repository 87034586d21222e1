const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let value = byte;
  for (let bit = 0; bit < 8; bit++) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** CRC-32 of zip archives (IEEE 802.3); `earlier` is that of the bytes before. */
export function crc32(bytes: Uint8Array, earlier = 0): number {
  let sum = ~earlier;
  for (let k = 0; k < bytes.length; k++) sum = TABLE[(sum ^ bytes[k]!) & 0xff]! ^ (sum >>> 8);
  return ~sum >>> 0;
}
