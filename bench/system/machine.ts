/**
 * The machine that a bench ran on, without anything that tells whose it is.
 *
 * *Source:* none. *Deviations:* none.
 */
import { availableParallelism, cpus, loadavg, totalmem } from 'node:os'

/** `load` is the number of processes that wanted a core when it was asked (one minute's mean): above the bench's own, others were at work. */
export type Machine = Readonly<{ cpu: string; cores: number; memoryGiB: number; platform: string; node: string; load: number }>

export const describeMachine = (): Machine => ({
  cpu: cpus()[0]?.model.trim() ?? 'unknown',
  cores: availableParallelism(),
  memoryGiB: Math.round(totalmem() / 2 ** 30),
  platform: `${process.platform} ${process.arch}`,
  node: process.versions.node,
  load: Number((loadavg()[0] ?? Number.NaN).toFixed(1)),
})

/** One line of text about `machine`. */
export const machineLine = ({ cpu, cores, memoryGiB, platform, node, load }: Machine): string =>
  `Machine: ${cpu}, ${cores} cores, ${memoryGiB} GiB, ${platform}, Node ${node}; load ${load} at the time.`
