#!/usr/bin/env python3
"""Writes scenarios of large clusters, and the suite that runs them: how fast a cluster's life passes.

usage: life.py FOLDER && bayplan bench FOLDER/life.yaml
"""
import os
import sys

SERVICE = """\
apiVersion: apps/v1
kind: Deployment
metadata: {{name: app-{i}, namespace: life}}
spec:
  replicas: {replicas}
  selector: {{matchLabels: {{app: app-{i}}}}}
  template:
    metadata: {{labels: {{app: app-{i}}}}}
    spec:
      containers: [{{name: app, image: app, resources: {{requests: {{cpu: 500m, memory: 1Gi}}}}}}]
---
"""
SCALED = """\
apiVersion: v1
kind: Service
metadata: {{name: app-{i}, namespace: life}}
spec: {{selector: {{app: app-{i}}}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {{name: app-{i}, namespace: life}}
spec:
  scaleTargetRef: {{apiVersion: apps/v1, kind: Deployment, name: app-{i}}}
  minReplicas: 2
  maxReplicas: 20
  metrics: [{{type: Resource, resource: {{name: cpu, target: {{type: Utilization, averageUtilization: 60}}}}}}]
---
"""
LOAD = "  - {{service: life/app-{i}, perPod: 100, daily: {{low: {low}, high: {high}, peak: {peak}h}}}}\n"
RUNS = [
    # Name, days, nodes, Deployments, replicas, mean days between failures of a node, autoscaled, jobs an hour, strategy.
    ("large", "1h", 2000, 20, 1000, 0, False, 0, "kube-scheduler"),
    ("month", "30d", 500, 10, 200, 30, False, 0, "kube-scheduler"),
    ("week", "7d", 2000, 20, 1000, 90, False, 0, "kube-scheduler"),
    ("loads", "1d", 500, 200, 4, 0, True, 0, "kube-scheduler"),
    ("jobs", "7d", 500, 0, 0, 0, False, 600, "best-fit"),
]


def write(folder, name, text):
    with open(os.path.join(folder, name), "w", encoding="utf-8") as file:
        file.write(text)


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    folder = sys.argv[1]
    os.makedirs(folder, exist_ok=True)
    suite = "apiVersion: bayplan/v1\nkind: BenchSuite\nname: life\nsummary: Large clusters over hours to weeks\nexperiments:\n"
    for name, duration, nodes, services, replicas, mtbf, scaled, jobs, strategy in RUNS:
        write(folder, f"{name}-nodes.yaml",
              "apiVersion: bayplan/v1\nkind: NodePool\nname: node\n"
              f"count: {nodes}\ncapacity: {{cpu: 16, memory: 64Gi}}\nzones: [a, b, c]\n")
        scenario = (f"apiVersion: bayplan/v1\nkind: Scenario\nname: {name}\nduration: {duration}\n"
                    f"cluster: [{name}-nodes.yaml]\n")
        if services:
            manifests = "".join(SERVICE.format(i=i, replicas=replicas) + (SCALED.format(i=i) if scaled else "")
                                for i in range(services))
            write(folder, f"{name}-services.yaml", manifests)
            scenario += f"workloads: [{name}-services.yaml]\n"
        if mtbf:
            scenario += f"faults: [{{nodes: all, mtbf: {mtbf}d, mttr: 30m}}]\n"
        if scaled:
            scenario += "loads:\n" + "".join(
                LOAD.format(i=i, low=100 + i % 50, high=800 + 3 * i, peak=8 + i % 12) for i in range(services))
        if jobs:
            scenario += ("generators:\n  - name: jobs\n"
                         f"    arrivals: {{poisson: {{perHour: {jobs}}}}}\n    lifetimes: {{fixed: 8h}}\n"
                         "    sizes: {weighted: [{weight: 1, requests: {cpu: 500m, memory: 1Gi}}]}\n")
        write(folder, f"{name}.yaml", scenario)
        suite += (f"  - name: {name}\n    summary: {nodes:,} nodes over {duration}\n    task: simulate\n"
                  f"    instances: [{{files: [{name}.yaml]}}]\n    strategies: [{strategy}]\n    seeds: 1..3\n")
    write(folder, "life.yaml", suite)


if __name__ == "__main__":
    main()
