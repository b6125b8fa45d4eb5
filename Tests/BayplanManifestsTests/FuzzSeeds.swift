/// Small inputs of all formats, to be damaged.
enum FuzzSeeds {
  static let all: [(name: String, texts: [String])] = [
    ("seed.yaml", yaml), ("seed.json", json), ("compose.yaml", compose), ("Dockerfile", dockerfile),
  ]

  private static let yaml = [
    pod("a", container: "resources: {requests: {cpu: 100m, memory: 1Gi}}, ports: [{containerPort: 80, hostPort: 80}]"),
    """
    apiVersion: apps/v1
    kind: StatefulSet
    metadata: {name: db, labels: &labels {app: db}}
    spec:
      replicas: 3
      ordinals: {start: 2}
      selector: {matchLabels: *labels}
      template:
        metadata:
          labels:
            <<: *labels
            tier: "1"
        spec:
          containers:
          - name: c
            image: 'postgres:16'
    """,
    """
    apiVersion: v1
    kind: Node
    metadata: {name: n, labels: {zone: a}}
    spec: {taints: [{key: k, effect: NoSchedule}]}
    status: {allocatable: {cpu: "4", memory: 8Gi, pods: "110"}}
    ---
    apiVersion: policy/v1
    kind: PodDisruptionBudget
    metadata: {name: b}
    spec: {minAvailable: 50%, selector: {matchLabels: {app: db}}}
    """,
    """
    apiVersion: v1
    kind: PodList
    items:
    - metadata: {name: a}
      spec:
        affinity:
          podAntiAffinity:
            requiredDuringSchedulingIgnoredDuringExecution:
            - topologyKey: zone
              labelSelector: {matchExpressions: [{key: app, operator: In, values: [db]}]}
        containers: [{name: c, resources: {limits: {nvidia.com/gpu: 1}}}]
        tolerations: [{key: k, operator: Exists}]
    """,
    """
    apiVersion: bayplan/v1
    kind: NodePool
    name: elastic
    min: 1
    max: 010
    capacity: {cpu: 2, memory: 8Gi, pods: 20}
    price: 0.1925
    zones: [a, b]
    devices: [{kind: nvidia.com/gpu, model: T4, count: 2}]
    """,
    """
    apiVersion: batch/v1
    kind: CronJob
    metadata:
      name: nightly
      annotations: {note: "| > * & \\u00e9"}
    spec:
      schedule: "*/5 * * * *"
      jobTemplate:
        spec:
          parallelism: 2
          template:
            spec:
              containers:
              - name: c
                args:
                - |
                  echo "é"
              initContainers: [{name: i, restartPolicy: Always}]
    """,
  ]

  private static let json = [
    #"{"kind": "Pod", "metadata": {"name": "a"}, "spec": {"containers": [{"name": "c"}], "priority": 5}}"#,
    """
    {"items": [
      {"metadata": {"name": "a", "uid": "x"}, "spec": {"nodeName": "n", "containers": [{"name": "é\\u00e9"}]},
       "status": {"phase": "Running", "conditions": []}},
      {"metadata": {"name": "b"}, "spec": {"containers": []}}
    ], "kind": "PodList", "apiVersion": "v1"}
    """,
    """
    {"apiVersion": "v1", "kind": "List", "items": [
      {"apiVersion": "apps/v1", "kind": "DaemonSet", "metadata": {"name": "d"},
       "spec": {"template": {"spec": {"hostNetwork": true, "containers": [{"name": "c", "ports": [{"containerPort": 9}]}]}}}},
      {"apiVersion": "v1", "kind": "LimitRange", "metadata": {"name": "l"},
       "spec": {"limits": [{"type": "Container", "default": {"cpu": "1"}}]}}
    ]}
    """,
    """
    [{"kind": "Node", "metadata": {"name": "n"}, "status": {"capacity": {"cpu": 1e1, "memory": "1Gi"}}},
     null, {"kind": "Secret"}]
    """,
  ]

  private static let compose = [
    "services:\n  web: {image: nginx, ports: [\"80:80\", \"8080-8082:80-82/udp\"]}\n",
    """
    name: shop
    x-common: &common
      restart: always
      deploy: {replicas: 2, resources: {reservations: {cpus: "0.5", memory: 64M}}}
    services:
      web:
        <<: *common
        image: "nginx:${TAG:-1}"
        depends_on: {db: {condition: service_started, required: false}}
      db:
        image: postgres
        profiles: [data]
        mem_limit: 512m
        cpus: 1.5
    """,
    """
    services:
      a:
        build: {context: ., dockerfile: D}
        extends: {service: b}
        environment: {A: 1, B: ~}
        deploy:
          mode: global
          placement: {constraints: ["node.labels.zone == a", node.role != manager]}
      b:
        image: b
        ports:
        - target: 80
          published: "8080"
          mode: host
        labels: !reset []
    networks: {default: {}}
    """,
    """
    services:
      gpu:
        image: g
        scale: 3
        deploy:
          resources:
            limits: {cpus: '2', memory: 1G, pids: 10}
            reservations: {devices: [{capabilities: [gpu], count: 1}]}
        volumes: ["data:/data", {type: bind, source: ./a, target: /b}]
    volumes: {data: {}}
    """,
  ]

  private static let dockerfile = [
    "FROM nginx:1.25 AS web\nEXPOSE 80/tcp 443\nLABEL bayplan.cpu=500m bayplan.memory=1Gi\n",
    """
    # syntax=docker/dockerfile:1
    ARG BASE=alpine:3
    FROM --platform=linux/arm64 ${BASE} AS build
    RUN apk add \\
      # a comment
      git && echo "é"
    FROM scratch
    COPY --from=build /a /b
    ENV A=1 B="x y" C=${A:-z}
    """,
    """
    FROM python:3
    RUN <<EOF
    echo a
    EOF
    HEALTHCHECK --interval=5s CMD ["curl", "-f", "localhost"]
    ENTRYPOINT ["python", "-m", "a"]
    VOLUME /data
    USER 1000:1000
    """,
    "# escape=`\nFROM windows\nRUN a `\n  b\nONBUILD COPY . .\nSTOPSIGNAL SIGTERM\n",
  ]
}
