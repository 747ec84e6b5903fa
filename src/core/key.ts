/**
 * The type of a random key.
 *
 * A key is 64 bits of plain data (two unsigned 32-bit words), so that it travels to workers and into checkpoints
 * unchanged. Only `rng.ts` may look at the words; everybody else splits, folds in, or samples.
 *
 * *Source:* the key discipline of JAX (design note 263).
 * *Deviations:* none.
 */
/** An opaque, splittable random key. Consume it once: by one sampler, one `split`, or `foldIn`s with distinct indices. */
export type Key = Readonly<{ hi: number; lo: number; '~key'?: never }>
