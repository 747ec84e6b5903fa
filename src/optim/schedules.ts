/**
 * Values that change with the step: constant, linear and exponential schedules.
 *
 * *Source:* `torch.optim.lr_scheduler` (LinearLR over its length, ExponentialLR).
 * *Deviations:* 1. the exponential schedule is a running product, so that no power function is needed and the value
 * of step t is the same whether the run was resumed or not.
 */

/** `step` counts values already taken; `product` is the running product of an exponential schedule (1 elsewhere). */
export type ScheduleState = Readonly<{ step: number; product: number }>

export interface Schedule {
  init(): ScheduleState
  /** The value of the current step, and the state of the next. */
  next(state: ScheduleState): readonly [number, ScheduleState]
}

/** A choice of schedule as tagged data. `steps` is the length of the linear ramp; `floor` the least exponential value. */
export type ScheduleChoice =
  | Readonly<{ kind: 'constant'; value: number }>
  | Readonly<{ kind: 'linear'; from: number; to: number; steps: number }>
  | Readonly<{ kind: 'exponential'; from: number; factor: number; floor: number }>

/**
 * The schedule that `choice` names: `value`; `from + (to − from) · min(1, t/steps)`; or `max(floor, from · factorᵗ)`.
 * Throws a `RangeError` for a linear schedule of fewer than 1 steps or a non-positive factor.
 */
export const scheduleOf = (choice: ScheduleChoice): Schedule => {
  if (choice.kind === 'linear' && !(choice.steps >= 1)) throw new RangeError(`schedule: a ramp needs at least 1 step, received ${choice.steps}`)
  if (choice.kind === 'exponential' && !(choice.factor > 0)) throw new RangeError(`schedule: factor must be positive, received ${choice.factor}`)
  return {
    init: () => ({ step: 0, product: 1 }),
    next: ({ step, product }) => {
      switch (choice.kind) {
        case 'constant':
          return [choice.value, { step: step + 1, product }]
        case 'linear':
          // the end is returned as given: from + (to − from) may differ from it by rounding
          return [step >= choice.steps ? choice.to : choice.from + (choice.to - choice.from) * (step / choice.steps), { step: step + 1, product }]
        case 'exponential':
          return [Math.max(choice.floor, choice.from * product), { step: step + 1, product: product * choice.factor }]
      }
    },
  }
}
