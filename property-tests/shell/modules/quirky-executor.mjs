// A pool entry for tests: answers problem jobs after a random nap, and dies where its setup says so.
import { existsSync, writeFileSync } from 'node:fs'

const nap = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)

/** setup: { later (answer by a promise, and be out of order if asked too early), napMs, dieAt (job.time), how: 'exit' | 'throw' | 'reject-start', marker (a file: die only while it is missing) } */
export const openExecutor = async (setup) => {
  if (setup.how === 'reject-start') throw new Error('this site cannot be opened')
  if (setup.how === 'exit-start') process.exit(3)
  const seen = new Map()
  let launched = 0
  let busy = false
  const pause = () => new Promise((resolve) => setTimeout(resolve, Math.random() * (setup.napMs ?? 0)))
  const execute = (job) => {
    launched++
    if (job.time === setup.dieAt && !(setup.marker && existsSync(setup.marker))) {
      if (setup.marker) writeFileSync(setup.marker, 'died')
      if (setup.how === 'exit') process.exit(7)
      throw new Error('the simulator blew up')
    }
    const fresh = seen.get(job.base.digest) !== job.base.values
    seen.set(job.base.digest, job.base.values)
    const sum = job.base.values.reduce((total, value) => total + value, 0)
    return { kind: 'problem', fitness: setup.countTransfers ? Number(fresh) : sum + job.time, envSteps: 1 }
  }
  const executeLater = async (job) => {
    if (busy) return { kind: 'problem', fitness: Number.NaN, envSteps: 1 }
    busy = true
    await pause()
    busy = false
    return execute(job)
  }
  const executeNow = (job) => {
    nap(Math.random() * (setup.napMs ?? 0))
    return execute(job)
  }
  return { execute: setup.later ? executeLater : executeNow, launches: () => ({ quirk: launched }), close: () => {} }
}
