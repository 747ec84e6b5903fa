"""
Kernels of other libraries for the bench: NumPy, PyTorch (one thread) and scikit-learn on the data that our kernels get.

Reads one request per line and answers each with one line:

    case JSON               loads a case: its kind, its parameters, and its arrays as files of float64 with their shapes
    answer LIBRARY          the first numbers of what the library computes, as JSON, or "none" where it lacks the kernel
    run LIBRARY COUNT       nanoseconds of processor time for COUNT computations

The first line that it writes names the versions. NumPy and scikit-learn compute in float64 as we do; PyTorch in float32 where gradients
are taken, because that is how it is used, and in float64 otherwise.
"""

import importlib
import json
import sys
import time


def optional(name):
    try:
        return importlib.import_module(name)
    except ImportError:
        return None


np = optional("numpy")
torch = optional("torch")
sklearn = optional("sklearn")
if torch is not None:
    torch.set_num_threads(1)
if sklearn is not None:
    from sklearn.gaussian_process import GaussianProcessRegressor
    from sklearn.gaussian_process.kernels import RBF, ConstantKernel
    from sklearn.neighbors import NearestNeighbors


def layers(flat, sizes):
    """Weights [out, in] and biases of a flat parameter vector."""
    at, found = 0, []
    for inputs, outputs in zip(sizes, sizes[1:]):
        weight = flat[at : at + inputs * outputs].reshape(outputs, inputs)
        at += inputs * outputs
        found.append((weight, flat[at : at + outputs]))
        at += outputs
    return found


def forward_numpy(p, a):
    net = layers(a["parameters"], p["sizes"])
    x = a["x"]

    def run():
        h = x
        for i, (weight, bias) in enumerate(net):
            h = h @ weight.T + bias
            if i + 1 < len(net):
                h = np.tanh(h)
        return h

    if p["batch"] > 1:
        return run
    x = x[0]

    def run_one():
        h = x
        for i, (weight, bias) in enumerate(net):
            h = weight @ h + bias
            if i + 1 < len(net):
                h = np.tanh(h)
        return h

    return run_one


def network_torch(p, a, dtype):
    parts = []
    for weight, bias in layers(a["parameters"], p["sizes"]):
        linear = torch.nn.Linear(weight.shape[1], weight.shape[0], dtype=dtype)
        with torch.no_grad():
            linear.weight.copy_(torch.from_numpy(weight))
            linear.bias.copy_(torch.from_numpy(bias))
        parts += [linear, torch.nn.Tanh()]
    return torch.nn.Sequential(*parts[:-1])


def forward_torch(p, a):
    net, x = network_torch(p, a, torch.float32), torch.from_numpy(a["x"]).float()

    def run():
        with torch.no_grad():
            return net(x)

    return run


def gradient_numpy(p, a):
    net, x, slopes = layers(a["parameters"], p["sizes"]), a["x"], a["slopes"]

    def run():
        values = [x]
        for i, (weight, bias) in enumerate(net):
            h = values[-1] @ weight.T + bias
            values.append(np.tanh(h) if i + 1 < len(net) else h)
        grad, found = slopes, []
        for i in range(len(net) - 1, -1, -1):
            found.append((grad.T @ values[i], grad.sum(0)))
            if i > 0:
                grad = (grad @ net[i][0]) * (1 - values[i] * values[i])
        return found[-1][0]

    return run


def gradient_torch(p, a):
    net = network_torch(p, a, torch.float32)
    x, slopes = torch.from_numpy(a["x"]).float(), torch.from_numpy(a["slopes"]).float()

    def run():
        net.zero_grad()
        net(x).backward(slopes)
        return net[0].weight.grad

    return run


def lstm_parts(p, a):
    inputs, hidden = p["inputs"], p["hidden"]
    flat, at, found = a["parameters"], 0, []
    for shape in ((4 * hidden, inputs), (4 * hidden, hidden), (4 * hidden,), (4 * hidden,)):
        size = int(np.prod(shape))
        found.append(flat[at : at + size].reshape(shape))
        at += size
    return found


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def lstm_step_numpy(p, a):
    w, u, b, d = lstm_parts(p, a)
    bias, hidden, x = b + d, p["hidden"], a["x"][0]
    h0, c0 = a["h"][0], a["c"][0]

    def run():
        gates = w @ x + u @ h0 + bias
        i, f = sigmoid(gates[:hidden]), sigmoid(gates[hidden : 2 * hidden])
        g, o = np.tanh(gates[2 * hidden : 3 * hidden]), sigmoid(gates[3 * hidden :])
        c = f * c0 + i * g
        return o * np.tanh(c)

    return run


def load_lstm(module, p, a, suffix):
    with torch.no_grad():
        for name, value in zip(("weight_ih", "weight_hh", "bias_ih", "bias_hh"), lstm_parts(p, a)):
            getattr(module, name + suffix).copy_(torch.from_numpy(value))
    return module


def lstm_step_torch(p, a):
    cell = load_lstm(torch.nn.LSTMCell(p["inputs"], p["hidden"]), p, a, "")
    x, h, c = (torch.from_numpy(a[name]).float() for name in ("x", "h", "c"))

    def run():
        with torch.no_grad():
            return cell(x, (h, c))[0]

    return run


def lstm_gradient_torch(p, a):
    net = load_lstm(torch.nn.LSTM(p["inputs"], p["hidden"]), p, a, "_l0")
    x, slopes = torch.from_numpy(a["x"]).float(), torch.from_numpy(a["slopes"]).float()

    def run():
        net.zero_grad()
        out, _ = net(x)
        out.backward(slopes)
        return net.weight_ih_l0.grad

    return run


def normals_numpy(generator):
    def make(p, a):
        source, out = np.random.Generator(generator(7)), np.empty(p["count"])
        return lambda: source.standard_normal(out=out)

    return make


def normals_torch(p, a):
    out = torch.empty(p["count"], dtype=torch.float64)
    return lambda: out.normal_()


def process(p, a):
    kernel = ConstantKernel(1.0, "fixed") * RBF(1.0, "fixed")
    return GaussianProcessRegressor(kernel, alpha=p["noise"], optimizer=None)


def gp_fit_sklearn(p, a):
    return lambda: process(p, a).fit(a["x"], a["y"]).alpha_


def gp_predict_sklearn(p, a):
    model = process(p, a).fit(a["x"], a["y"])

    def run():
        mean, deviation = model.predict(a["query"], return_std=True)
        return np.concatenate((mean[:4], deviation[:4]))

    return run


def neighbours_sklearn(p, a):
    model = NearestNeighbors(n_neighbors=p["k"], algorithm="brute", n_jobs=1).fit(a["items"])
    return lambda: model.kneighbors(a["queries"])[1]


def product_torch(p, a):
    left, right = torch.from_numpy(a["a"]), torch.from_numpy(a["b"])
    return lambda: left @ right


def ppo_torch(p, a):
    sizes = [p["obs"], 64, 64]

    def network(name, outputs):
        return network_torch({"sizes": [*sizes, outputs]}, {"parameters": a[name]}, torch.float32)

    actor, critic = network("actor", p["actions"]), network("critic", 1)
    log_std = torch.nn.Parameter(torch.from_numpy(a["logStd"]).float())
    parameters = [*actor.parameters(), log_std, *critic.parameters()]
    optimiser = torch.optim.Adam(parameters, lr=3e-4, eps=1e-5)
    names = ("obs", "act", "advantages", "returns", "oldLogProb", "oldValues")
    obs, act, advantages, returns, old_log_prob, old_values = (torch.from_numpy(a[name]).float() for name in names)

    def run():
        mean = actor(obs)
        policy = torch.distributions.Normal(mean, log_std.exp().expand_as(mean))
        log_prob = policy.log_prob(act).sum(1)
        ratio = (log_prob - old_log_prob).exp()
        policy_loss = -torch.min(ratio * advantages, ratio.clamp(0.8, 1.2) * advantages).mean()
        values = critic(obs).squeeze(1)
        clipped = old_values + (values - old_values).clamp(-0.2, 0.2)
        value_loss = 0.5 * torch.max((values - returns) ** 2, (clipped - returns) ** 2).mean()
        loss = policy_loss + 0.5 * value_loss - 0.01 * policy.entropy().sum(1).mean()
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(parameters, 0.5)
        optimiser.step()
        return torch.stack((policy_loss.detach(), value_loss.detach()))

    return run


CASES = {
    ("forward", "numpy"): forward_numpy,
    ("forward", "torch"): forward_torch,
    ("gradient", "numpy"): gradient_numpy,
    ("gradient", "torch"): gradient_torch,
    ("lstm-step", "numpy"): lstm_step_numpy,
    ("lstm-step", "torch"): lstm_step_torch,
    ("lstm-gradient", "torch"): lstm_gradient_torch,
    ("normals", "numpy-philox"): normals_numpy(lambda seed: np.random.Philox(seed)),
    ("normals", "numpy"): normals_numpy(lambda seed: np.random.PCG64(seed)),
    ("normals", "torch"): normals_torch,
    ("gp-fit", "sklearn"): gp_fit_sklearn,
    ("gp-predict", "sklearn"): gp_predict_sklearn,
    ("neighbours", "sklearn"): neighbours_sklearn,
    ("product", "numpy"): lambda p, a: lambda: a["a"] @ a["b"],
    ("product", "torch"): product_torch,
    ("cholesky", "numpy"): lambda p, a: lambda: np.linalg.cholesky(a["matrix"]),
    ("cholesky", "torch"): lambda p, a: (lambda m: lambda: torch.linalg.cholesky(m))(torch.from_numpy(a["matrix"])),
    ("ppo", "torch"): ppo_torch,
}
MODULES = {"numpy": np, "numpy-philox": np, "torch": torch, "sklearn": sklearn}

ready, case, arrays = {}, None, {}


def work_of(library):
    """The computation of a library for the case, made at its first use; None where it is not to be had."""
    if library not in ready:
        make = CASES.get((case["kind"], library))
        ready[library] = None if make is None or MODULES.get(library) is None else make(case["parameters"], arrays)
    return ready[library]


def answer(request):
    global case, arrays
    word, _, rest = request.partition(" ")
    if word == "case":
        case = json.loads(rest)
        ready.clear()
        arrays = {name: np.fromfile(file).reshape(shape) for name, (file, shape) in case["arrays"].items()}
        return "ok"
    if word == "answer":
        work = work_of(rest)
        if work is None:
            return "none"
        found = work()
        found = found.detach().numpy() if torch is not None and isinstance(found, torch.Tensor) else found
        return json.dumps([float(value) for value in np.asarray(found).ravel()[:8]])
    library, count = rest.split()
    work, count = work_of(library), int(count)
    start = time.process_time_ns()
    for _ in range(count):
        work()
    return str(time.process_time_ns() - start)


def main():
    modules = {"NumPy": np, "PyTorch": torch, "scikit-learn": sklearn}
    print(", ".join(f"{name} {module.__version__}" for name, module in modules.items() if module is not None), flush=True)
    for line in sys.stdin:
        print(answer(line.strip()), flush=True)


main()
