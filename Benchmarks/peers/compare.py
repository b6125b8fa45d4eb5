#!/usr/bin/env python3
"""Runs Bayplan and peers over packing instances, one after the other on one core, and prints who proves how many.

    python3 -m venv peers && peers/bin/pip install highspy ortools pyscipopt six && peers/bin/pip install --no-deps pyvpsolver
    swift build -c release --package-path Benchmarks
    peers/bin/python Benchmarks/peers/compare.py --seconds 20 --solvers bayplan,vpsolver+highs FILE...

Instances: BPPLIB text and .vbp; for bayplan and vpsolver+... also .mvp and the generators of PackingBenchmark. A row per instance and solver goes to stdout as CSV; the tables of
proved/tried, means and the performance profile follow on stderr. CPU seconds, children included.
"""
import argparse, multiprocessing, os, re, resource, subprocess, sys, tempfile, time

HERE = os.path.dirname(os.path.abspath(__file__))
BENCHMARK = os.environ.get("BAYPLAN_BENCHMARK") or os.path.join(HERE, "..", ".build", "release", "PackingBenchmark")


def read(path):
    """Capacities and grouped items: [([weights], demand)]."""
    lines = [line.split() for line in open(path).read().splitlines() if line.strip()]
    numbers = [int(word) for line in lines for word in line]
    if path.endswith(".vbp"):
        size = numbers[0]
        capacity, rest = numbers[1:1 + size], numbers[2 + size:]
        rows = [rest[i:i + size + 1] for i in range(0, len(rest), size + 1)]
        pairs = [(tuple(row[:size]), row[size]) for row in rows[:numbers[1 + size]]]
    else:
        capacity, rest = [numbers[1]], numbers[2:]
        if len(lines[2]) == 2:
            pairs = [((rest[i],), rest[i + 1]) for i in range(0, 2 * numbers[0], 2)]
        else:
            pairs = [((weight,), 1) for weight in rest[:numbers[0]]]
    groups = {}
    for weights, demand in pairs:
        groups[weights] = groups.get(weights, 0) + demand
    return capacity, sorted(groups.items(), reverse=True)


def has_types(path):
    """Whether it may have several bin types: only the benchmark and VPSolver read such instances."""
    return ":" in path or path.endswith(".mvp")


def first_fit(capacity, items):
    bins = []
    for weights, demand in sorted(items, key=lambda e: -sum(w / max(1, c) for w, c in zip(e[0], capacity))):
        for _ in range(demand):
            for room in bins:
                if all(r >= w for r, w in zip(room, weights)):
                    break
            else:
                room = list(capacity)
                bins.append(room)
            for i, w in enumerate(weights):
                room[i] -= w
    return len(bins)


def arc_flow(path, seconds, folder):
    """VPSolver's compressed graph as an MPS file; None where it takes too long."""
    afg, mps = (os.path.join(folder, name) for name in ("i.afg", "i.mps"))
    if has_types(path):
        vbp = os.path.join(folder, "i.mvp")
        with open(vbp, "w") as file:
            subprocess.run([BENCHMARK, "write", path], stdout=file, check=True)
    else:
        vbp = os.path.join(folder, "i.vbp")
        capacity, items = read(path)
        with open(vbp, "w") as file:
            file.write(f"{len(capacity)}\n{' '.join(map(str, capacity))}\n{len(items)}\n")
            for weights, demand in items:
                file.write(f"{' '.join(map(str, weights))} {demand}\n")
    tools = os.path.dirname(sys.executable)
    started = time.monotonic()
    for tool, source, target in (("vbp2afg", vbp, afg), ("afg2mps", afg, mps)):
        left = seconds - (time.monotonic() - started)
        try:
            subprocess.run([os.path.join(tools, tool), source, target], timeout=max(0.1, left),
                           stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)
        except (subprocess.TimeoutExpired, subprocess.CalledProcessError):
            return None, 0
    return mps, seconds - (time.monotonic() - started)


def vpsolver_highs(path, seconds):
    import highspy
    with tempfile.TemporaryDirectory() as folder:
        mps, left = arc_flow(path, seconds, folder)
        if mps is None or left <= 0:
            return None
        solver = highspy.Highs()
        solver.silent()
        solver.setOptionValue("log_to_console", False)
        for option, value in (("threads", 1), ("time_limit", left)):
            solver.setOptionValue(option, value)
        solver.readModel(mps)
        solver.run()
        info = solver.getInfo()
        if solver.getModelStatus() == highspy.HighsModelStatus.kOptimal:
            return round(info.objective_function_value)
        return None


def vpsolver_glpk(path, seconds):
    with tempfile.TemporaryDirectory() as folder:
        mps, left = arc_flow(path, seconds, folder)
        if mps is None or left < 1:
            return None
        output = subprocess.run(["glpsol", "--freemps", mps, "--tmlim", str(int(left)), "-o", mps + ".sol"],
                                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        text = open(mps + ".sol").read() if output.returncode == 0 else ""
        match = re.search(r"Objective:.*= (\S+)", text)
        if "INTEGER OPTIMAL" in text and match:
            return round(float(match.group(1)))
        return None


def assignment(capacity, items, used, counts):
    """The constraints of the textbook model, in whichever solver's variables: used[bin], counts[item][bin]."""
    for row, (_, demand) in zip(counts, items):
        yield sum(row) == demand
    for b, bin_used in enumerate(used):
        for d, room in enumerate(capacity):
            yield sum(row[b] * items[i][0][d] for i, row in enumerate(counts)) <= room * bin_used
    for first, second in zip(used, used[1:]):
        yield first >= second


def cp_sat(path, seconds):
    from ortools.sat.python import cp_model
    capacity, items = read(path)
    limit = first_fit(capacity, items)
    model = cp_model.CpModel()
    used = [model.new_bool_var(f"u{b}") for b in range(limit)]
    counts = [[model.new_int_var(0, demand, "") for _ in range(limit)] for _, demand in items]
    for constraint in assignment(capacity, items, used, counts):
        model.add(constraint)
    model.minimize(sum(used))
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds, solver.parameters.num_workers = seconds, 1
    if solver.solve(model) == cp_model.OPTIMAL:
        return round(solver.objective_value)
    return None


def scip(path, seconds):
    from pyscipopt import Model
    capacity, items = read(path)
    limit = first_fit(capacity, items)
    model = Model()
    model.hideOutput()
    model.setParam("limits/time", seconds)
    used = [model.addVar(vtype="B", obj=1) for _ in range(limit)]
    counts = [[model.addVar(vtype="I", lb=0, ub=demand) for _ in range(limit)] for _, demand in items]
    for constraint in assignment(capacity, items, used, counts):
        model.addCons(constraint)
    model.optimize()
    if model.getStatus() == "optimal":
        return round(model.getObjVal())
    return None


def bayplan(path, seconds):
    output = subprocess.run([BENCHMARK, "auto", str(seconds), path], capture_output=True, text=True)
    fields = output.stdout.strip().split("\n")[-1].split(",")
    return int(fields[1]) if len(fields) > 3 and fields[3] == "proved" else None


SOLVERS = {"bayplan": bayplan, "vpsolver+highs": vpsolver_highs, "vpsolver+glpk": vpsolver_glpk, "cp-sat": cp_sat,
           "scip": scip}


def isolated(solver, path, seconds, results):
    value = None
    try:
        value = SOLVERS[solver](path, seconds)
    finally:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        results.put((value, sum(u.ru_utime + u.ru_stime for u in used)))


def run(solver, path, seconds):
    results = multiprocessing.Queue()
    process = multiprocessing.Process(target=isolated, args=(solver, path, seconds, results))
    process.start()
    process.join(3 * seconds + 30)
    if process.is_alive():
        process.kill()
        process.join()
    return results.get(timeout=5) if process.exitcode == 0 else (None, float(seconds))


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--solvers", default="bayplan,vpsolver+highs")
    parser.add_argument("files", nargs="+")
    options = parser.parse_args()
    solvers = options.solvers.split(",")
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    times = {solver: {} for solver in solvers}
    print("instance,solver,objective,cpu_seconds", flush=True)
    for path in options.files:
        answers = set()
        for solver in solvers:
            objective, seconds = run(solver, path, options.seconds)
            if objective is not None:
                times[solver][path] = seconds
                answers.add(objective)
            print(f"{os.path.basename(path)},{solver},{objective or ''},{seconds:.3f}", flush=True)
        if len(answers) > 1:
            print(f"{path}: the solvers disagree: {sorted(answers)}", file=sys.stderr)
    tried = len(options.files)
    print(f"\n{'solver':>16} {'proved':>11} {'mean s':>8}   mean s where {solvers[0]} proves too, and the ratio", file=sys.stderr)
    for solver in solvers:
        both = [path for path in times[solver] if path in times[solvers[0]]]
        mean = lambda who, paths: sum(times[who][p] for p in paths) / max(1, len(paths))
        own, first = mean(solver, both), mean(solvers[0], both)
        print(f"{solver:>16} {len(times[solver]):5} of {tried:3} {mean(solver, times[solver]):8.3f}   "
              f"{own:.3f} / {first:.3f} = {own / max(first, 1e-9):.1f}", file=sys.stderr)
    steps = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
    print("\nperformance profile: share of the instances proved within so many times the fastest solver's time",
          file=sys.stderr)
    print(f"{'':>16} " + " ".join(f"{step:>5}" for step in steps), file=sys.stderr)
    fastest = {p: min(times[s][p] for s in solvers if p in times[s])
               for p in options.files if any(p in times[s] for s in solvers)}
    for solver in solvers:
        shares = [sum(p in times[solver] and times[solver][p] <= step * max(fastest[p], 1e-3) for p in fastest) / tried
                  for step in steps]
        print(f"{solver:>16} " + " ".join(f"{share:5.2f}" for share in shares), file=sys.stderr)


if __name__ == "__main__":
    main()
