"""
Gymnasium's HalfCheetah-v5 driven by a policy of two hidden layers in NumPy, for the bench.

    control_step.py PARAMETERS.f64

The file holds the policy's parameters as float64: weights [out, in] and biases of every layer, then the log standard deviations. Each line
`run STEPS` takes so many control steps and answers the nanoseconds of processor time that they took. The first line names the versions.
"""

import sys
import time

import gymnasium
import mujoco
import numpy as np

SIZES = [17, 64, 64, 6]


def policy_of(flat):
    at, layers = 0, []
    for inputs, outputs in zip(SIZES, SIZES[1:]):
        weight = flat[at : at + inputs * outputs].reshape(outputs, inputs)
        at += inputs * outputs
        layers.append((weight, flat[at : at + outputs]))
        at += outputs
    (w1, b1), (w2, b2), (w3, b3) = layers
    deviation = np.exp(flat[at:])

    def act(obs, noise):
        return w3 @ np.tanh(w2 @ np.tanh(w1 @ obs + b1) + b2) + b3 + deviation * noise

    return act


def main():
    act = policy_of(np.fromfile(sys.argv[1]))
    # without the checker that warns of misuse at every step
    env = gymnasium.make("HalfCheetah-v5", disable_env_checker=True)
    source = np.random.default_rng(7)
    obs, _ = env.reset(seed=7)
    print(f"Gymnasium {gymnasium.__version__}, MuJoCo {mujoco.__version__}, NumPy {np.__version__}", flush=True)
    for line in sys.stdin:
        steps = int(line.split()[1])
        start = time.process_time_ns()
        for _ in range(steps):
            obs, _, terminated, truncated, _ = env.step(act(obs, source.standard_normal(6)))
            if terminated or truncated:
                obs, _ = env.reset()
        print(time.process_time_ns() - start, flush=True)


main()
