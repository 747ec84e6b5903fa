/**
 * What passes between the main thread and a worker, and the agreement about which parcels a worker holds.
 *
 * A job travels with digests in place of its parcels. The values of a parcel are sent with the first chunk that names it;
 * the main thread alone decides what a worker keeps, and tells it with each chunk what to forget, so that both sides
 * agree without asking: messages arrive in order, hence a parcel is forgotten only after the chunks that needed it.
 *
 * *Source:* Salimans et al. 2017, arXiv 1703.03864, section 2.1 (what travels is small); house contract 4.
 * *Deviations:* none.
 */
import { invariant } from '../core/invariant.ts'
import type { Launches } from '../core/backend.ts'
import type { Job, Outcome, Parcel } from '../core/job.ts'

/** A job whose parcels, if it has any, are named by their digests. */
type Named<J> = J extends { normaliser: Parcel | null }
  ? Omit<J, 'base' | 'normaliser'> & Readonly<{ base: string; normaliser: string | null }>
  : J extends { base: Parcel }
    ? Omit<J, 'base'> & Readonly<{ base: string }>
    : J
export type WireJob = Named<Job>

/** Some jobs for a worker; `forget` is applied first, then `parcels` are stored, then the jobs run in order. */
export type Chunk = Readonly<{ id: number; indices: readonly number[]; jobs: readonly WireJob[]; parcels: readonly Parcel[]; forget: readonly string[] }>

/** What a worker says; `launches` counts from its start. After `refused` and `failed` it does nothing more and waits for its end. */
export type WorkerMessage =
  | Readonly<{ kind: 'ready' }>
  | Readonly<{ kind: 'refused'; reason: string; invariant: boolean }>
  | Readonly<{ kind: 'done'; id: number; outcomes: readonly Outcome[]; launches: Launches }>
  | Readonly<{ kind: 'failed'; index: number; reason: string; invariant: boolean }>

/** Position of a worker while it runs no job; otherwise the index of the running job. */
export const IDLE = -1

/** Parcels of a job. */
const parcelsOf = (job: Job): readonly Parcel[] => {
  if (!('base' in job)) return []
  return 'normaliser' in job && job.normaliser !== null ? [job.base, job.normaliser] : [job.base]
}

/** The job as it travels. */
export const toWire = (job: Job): WireJob => {
  if (!('base' in job)) return job
  if (!('normaliser' in job)) return { ...job, base: job.base.digest }
  return { ...job, base: job.base.digest, normaliser: job.normaliser === null ? null : job.normaliser.digest }
}

/** The job as it was, with the parcels that the worker holds; a digest it was never sent is an invariant violation. */
export const fromWire = (job: WireJob, held: ReadonlyMap<string, Parcel>): Job => {
  const parcel = (digest: string): Parcel => {
    const found = held.get(digest)
    invariant(found !== undefined, `worker was asked for parcel ${digest}, which it does not hold`)
    return found
  }
  if (!('base' in job)) return job
  if (!('normaliser' in job)) return { ...job, base: parcel(job.base) }
  return { ...job, base: parcel(job.base), normaliser: job.normaliser === null ? null : parcel(job.normaliser) }
}

/** Digest and length of the parcels that a worker holds, the least recently named first. */
export type Ledger = ReadonlyMap<string, number>

/**
 * What must travel with `jobs` to a worker with this ledger: parcels it lacks, digests it shall forget, and its ledger
 * afterwards. It keeps at most `capacity` values in total, but always those that `jobs` name.
 */
export const pack = (ledger: Ledger, jobs: readonly Job[], capacity: number): Readonly<{ parcels: readonly Parcel[]; forget: readonly string[]; ledger: Ledger }> => {
  const needed = new Map<string, Parcel>()
  for (const job of jobs) for (const parcel of parcelsOf(job)) needed.set(parcel.digest, parcel)
  const old = [...ledger].filter(([digest]) => !needed.has(digest))
  let total = 0
  for (const parcel of needed.values()) total += parcel.values.length
  for (const [, length] of old) total += length
  const forget: string[] = []
  for (const [digest, length] of old) {
    if (total <= capacity) break
    forget.push(digest)
    total -= length
  }
  return {
    parcels: [...needed.values()].filter(({ digest }) => !ledger.has(digest)).map(compact),
    forget,
    ledger: new Map([...old.slice(forget.length), ...[...needed.values()].map(({ digest, values }) => [digest, values.length] as const)]),
  }
}

/** The parcel on a buffer of its own: a view would travel with all that lies around it. */
const compact = (parcel: Parcel): Parcel =>
  parcel.values.byteLength === parcel.values.buffer.byteLength ? parcel : { digest: parcel.digest, values: parcel.values.slice() }

/** Size of the next chunk by guided self-scheduling: a quarter of an even share of what remains, at least one job. */
export const chunkSize = (remaining: number, workers: number): number => Math.max(1, Math.floor(remaining / (4 * workers)))
