/**
 * A robot against its reference on the native engine: the compiled model, single steps from injected states, runs of 50 steps
 * and the distribution of resets. Exported as a suite; the fixtures' README says how states are injected and what is compared.
 *
 * *Source:* house rule 9, "Parity". *Deviations:* none.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OpenedRobot, RobotSimulator } from '../../../envs/mujoco/robot-simulator.ts'
import type { EnvOptions } from '../../../src/core/env-options.ts'
import { foldIn, rootKey } from '../../../src/core/rng.ts'
import { distance, robotFixture } from './fixtures.ts'

const jointKinds = ['free', 'ball', 'slide', 'hinge']
const key = rootKey('parity')

/** `reward_ctrl` is reported as `rewardCtrl`. */
const camelCase = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())

/**
 * What is compared: the robot of fixture `id`, opened with the options that a case names (a goal, for example); `home` is the pose
 * from which resets start, that of the model if absent.
 */
export type ParitySubject = Readonly<{ id: string; frameSkip: number; home?: readonly number[]; open(options: EnvOptions): Promise<OpenedRobot> }>

/** The options that a case names. */
const optionsOf = ({ goal, direction }: Readonly<{ goal?: number; direction?: number }>): EnvOptions =>
  goal !== undefined ? { goal } : direction !== undefined ? { direction } : {}

export const robotParity = ({ id, frameSkip, home, open }: ParitySubject): void => {
  const fixture = robotFixture(id)
  const { model: facts, tolerance } = fixture
  describe(id, () => {
    let opened: OpenedRobot
    let simulator: RobotSimulator
    let obs: Float64Array
    const others: [OpenedRobot, RobotSimulator][] = []
    beforeAll(async () => {
      opened = await open({})
      simulator = opened.simulator()
      obs = new Float64Array(opened.spec.observations.length)
      others.push([opened, simulator])
    })
    afterAll(() => {
      for (const [{ model }, each] of others) {
        each.close()
        model.handle.delete()
      }
    })
    /** The simulator of a case. */
    const simulatorFor = async (options: EnvOptions): Promise<RobotSimulator> => {
      if (Object.keys(options).length === 0) return simulator
      const other = await open(options)
      const own = other.simulator()
      others.push([other, own])
      return own
    }

    test('compiles to the same model', () => {
      const { handle } = opened.model
      for (const name of ['nq', 'nv', 'nu', 'nbody', 'njnt', 'ngeom'] as const) expect(Number(handle[name]), name).toBe(facts[name])
      const { opt } = handle
      expect(opt.iterations).toBe(facts.iterations)
      expect([opt.timestep, opt.tolerance, opt.density, opt.viscosity]).toEqual([facts.timestep, facts.tolerance, facts.density, facts.viscosity])
      expect(Array.from(opt.gravity as Float64Array)).toEqual(facts.gravity)
      expect(distance(home ?? handle.qpos0, facts.home_qpos)).toBeLessThanOrEqual(tolerance.model)
      const flat = (pick: (body: (typeof facts.bodies)[number]) => readonly number[]): readonly number[] => facts.bodies.flatMap(pick)
      expect(distance(handle.body_mass, flat((body) => [body.mass]))).toBeLessThanOrEqual(tolerance.model)
      expect(distance(handle.body_inertia, flat((body) => body.inertia))).toBeLessThanOrEqual(tolerance.model)
      expect(distance(handle.body_ipos, flat((body) => body.centre))).toBeLessThanOrEqual(tolerance.model)
      expect(distance(handle.body_iquat, flat((body) => body.frame))).toBeLessThanOrEqual(tolerance.model)
      expect(Array.from(handle.body_parentid as Int32Array)).toEqual(facts.bodies.map((body) => body.parent))
      facts.joints.forEach((joint, i) => {
        const compiled = handle.jnt(i)
        expect([compiled.name, compiled.bodyid[0], compiled.limited, jointKinds[compiled.type]]).toEqual([joint.name, joint.body, joint.limited, joint.kind])
        expect(distance(compiled.range, joint.range), joint.name).toBeLessThanOrEqual(tolerance.model)
        // Stiffness is one number, damping and armature are one per degree of freedom, the same for all of a joint.
        expect([compiled.stiffness, compiled.damping[0], compiled.armature[0]], joint.name).toEqual([joint.stiffness, joint.damping, joint.armature])
        compiled.delete()
      })
      facts.drives.forEach((drive, i) => {
        expect((handle.actuator_gear as Float64Array)[6 * i]).toBe(drive.gear)
        expect(Array.from((handle.actuator_ctrlrange as Float64Array).subarray(2 * i, 2 * i + 2))).toEqual(drive.ctrlrange)
        expect(opened.model.engine.mj_id2name(handle, opened.model.engine.mjtObj.mjOBJ_JOINT.value, (handle.actuator_trnid as Int32Array)[2 * i])).toBe(drive.joint)
      })
    })

    test('describes itself as the reference does', () => {
      const { spec } = opened
      expect([spec.timeLimit, spec.observations.length]).toEqual([facts.horizon, facts.observation_size])
      expect(distance([spec.dt ?? NaN], [facts.dt])).toBeLessThanOrEqual(tolerance.model)
      expect([spec.actions.map((each) => each.low), spec.actions.map((each) => each.high)]).toEqual([facts.action_low, facts.action_high])
      expect(frameSkip).toBe(facts.frame_skip)
    })

    test.each(fixture.one_step.map((each, i) => [i, each.state_kind, each.action_kind, each] as const))('one step, case %i (%s, %s)', async (_, kind, __, each) => {
      const simulator = await simulatorFor(optionsOf(each))
      // The engine finds Pusher's contacts by an iteration that stops at 1e-6, hence the fixture's wider tolerance there.
      const allowed = kind === 'contact' ? (tolerance.one_step_contact ?? tolerance.one_step) : tolerance.one_step
      simulator.inject(each.qpos, each.qvel, obs)
      expect(distance(obs, each.obs_before)).toBeLessThanOrEqual(allowed)
      simulator.step(key, Float64Array.from(each.action), obs)
      expect(distance(obs, each.next_obs)).toBeLessThanOrEqual(allowed)
      expect(distance(simulator.simulation.views.qpos, each.next_qpos)).toBeLessThanOrEqual(allowed)
      expect(distance(simulator.simulation.views.qvel, each.next_qvel)).toBeLessThanOrEqual(allowed)
      expect(distance([simulator.reward], [each.reward])).toBeLessThanOrEqual(allowed)
      expect(simulator.terminated).toBe(each.terminated)
      expect(simulator.unstable).toBe(false)
      const info = simulator.info()
      for (const [name, value] of Object.entries(each.reward_terms)) expect(distance([info[camelCase(name)]], [value]), name).toBeLessThanOrEqual(allowed)
    })

    test.each(fixture.rollouts.map((each, i) => [i, each] as const))('run %i of 50 steps', async (_, run) => {
      const simulator = await simulatorFor(optionsOf(run))
      simulator.inject(run.qpos0, run.qvel0, obs)
      expect(distance(obs, run.obs0)).toBeLessThanOrEqual(tolerance.rollout)
      run.actions.forEach((action, t) => {
        simulator.step(key, Float64Array.from(action), obs)
        // Rounding grows with the run as its measured sensitivity to a nudge of 1e-12 does.
        const allowed = Math.max(tolerance.rollout, tolerance.sensitivity_factor * run.sensitivity[t])
        expect(distance(obs, run.obs[t]), `obs at step ${t}`).toBeLessThanOrEqual(allowed)
        expect(distance(simulator.simulation.views.qpos, run.qpos[t]), `qpos at step ${t}`).toBeLessThanOrEqual(allowed)
        expect(distance([simulator.reward], [run.reward[t]]), `reward at step ${t}`).toBeLessThanOrEqual(allowed)
        expect(simulator.terminated, `terminated at step ${t}`).toBe(run.terminated[t])
      })
    })

    test('resets with the same distribution', () => {
      const draws = 1000
      const resets = Array.from({ length: draws }, (_, i) => {
        simulator.reset(foldIn(key, i), obs)
        const { qpos, qvel } = simulator.simulation.views
        return { position: Float64Array.from(qpos, (q, j) => q - facts.home_qpos[j]), velocity: Float64Array.from(qvel) }
      })
      const compare = (rows: readonly Float64Array[], reference: typeof fixture.reset.qvel): void => {
        reference.mean.forEach((referenceMean, j) => {
          const column = rows.map((row) => row[j])
          const mean = column.reduce((sum, x) => sum + x, 0) / draws
          const std = Math.sqrt(column.reduce((sum, x) => sum + (x - mean) * (x - mean), 0) / (draws - 1))
          const spread = reference.std[j]
          // Two samples of 1000: the difference of means has standard error 0.045 σ, that of deviations at most 0.032 σ; allow five.
          expect(Math.abs(mean - referenceMean), `mean of coordinate ${j}`).toBeLessThanOrEqual(0.224 * spread)
          expect(Math.abs(std - spread), `deviation of coordinate ${j}`).toBeLessThanOrEqual(0.16 * spread)
          // Extremes of a bounded law are sharp (1000 uniform draws come within 1 % of the ends); a normal law's are not.
          const bounded = Math.max(Math.abs(reference.min[j]), reference.max[j]) < 2 * spread
          if (bounded) {
            expect(Math.abs(Math.min(...column) - reference.min[j]), `minimum of coordinate ${j}`).toBeLessThanOrEqual(0.05 * spread)
            expect(Math.abs(Math.max(...column) - reference.max[j]), `maximum of coordinate ${j}`).toBeLessThanOrEqual(0.05 * spread)
          }
        })
      }
      compare(resets.map((each) => each.position), fixture.reset.qpos_minus_home)
      compare(resets.map((each) => each.velocity), fixture.reset.qvel)
    })
  })
}
