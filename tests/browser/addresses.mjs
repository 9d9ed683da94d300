// Blocks of addresses as numbers, for what the map says in text.

const BITS = {IPv4: 32n, IPv6: 128n};
const MAPPED = {first: 0xffffn << 32n, end: 0x10000n << 32n};

function numberOf(address) {
  if (!address.includes(':')) {
    return address.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n);
  }
  const [head, tail] = address.split('::').map(
      (half) => half === '' ? [] : half.split(':'));
  const groups = tail === undefined ?
      head :
      [...head, ...Array(8 - head.length - tail.length).fill('0'), ...tail];
  return groups.reduce((sum, group) => sum * 65536n + BigInt(`0x${group}`), 0n);
}

// `192.0.2.0/24` as the half-open interval of its addresses.
export function parseBlock(text) {
  const [address, prefix] = text.split('/');
  const family = address.includes(':') ? 'IPv6' : 'IPv4';
  const first = numberOf(address);
  return {family, first, end: first + (1n << (BITS[family] - BigInt(prefix)))};
}

// The canonical text of a block.
export function formatBlock({family, first, end}) {
  const prefix = Number(BITS[family]) + 1 - (end - first).toString(2).length;
  if (family === 'IPv4') {
    const parts = [24n, 16n, 8n, 0n].map((shift) => first >> shift & 255n);
    return `${parts.join('.')}/${prefix}`;
  }
  const groups = Array.from({length: 8}, (_, i) =>
      (first >> BigInt(112 - 16 * i) & 0xffffn).toString(16));
  // The first of the longest runs of zeros, of two groups at least.
  let begin = 0;
  let length = 1;
  for (let i = 0, run = 0; i < 8; ++i) {
    run = groups[i] === '0' ? run + 1 : 0;
    if (run > length) [begin, length] = [i + 1 - run, run];
  }
  const text = length > 1 ?
      `${groups.slice(0, begin).join(':')}::${groups.slice(begin + length).join(':')}` :
      groups.join(':');
  return `${text}/${prefix}`;
}

// Where a block is on the line of its family, and its share of it, in percent.
export function placeOf({family, first, end}) {
  const percent = (count) => Number(count * 10n ** 12n >> BITS[family]) / 1e10;
  return {x: percent(first), width: percent(end - first)};
}

// The fewest blocks, each with one power of two of addresses, in the same
// addresses as ascending `blocks` of one family; with those that no IPv6 client
// has, where they are all that is between two blocks.
export function joinBlocks(blocks) {
  const spans = [];
  for (const {family, first, end} of blocks) {
    const last = spans.at(-1);
    if (last?.family === family &&
        (last.end === first ||
         (last.end === MAPPED.first && first === MAPPED.end))) {
      last.end = end;
    } else {
      spans.push({family, first, end});
    }
  }
  const joined = [];
  for (let {family, first, end} of spans) {
    while (first < end) {
      let size = 1n << BITS[family];
      while (first % size !== 0n || first + size > end) size >>= 1n;
      joined.push({family, first, end: first + size});
      first += size;
    }
  }
  return joined;
}
