"""Kubernetes: a CronJob for each job, the volume that they share, and secrets as files that only they can read."""

from __future__ import annotations

from typing import Any

from channelkit.schedule import cron
from channelkit.schedule.job import Cluster, Job
from channelkit.schedule.yaml_text import write_document

_HEAD = """\
# Rendered from schedules/jobs.toml by: channelkit schedule render
# Before the first: put channelkit.toml on the volume, and each secret into the secret object, then in channelkit.toml
# name it by file:{secrets}/NAME. SQLite needs one machine: where pods run on several, name a PostgreSQL in
# [database], and give the volume the access mode ReadWriteMany.
"""

SECRETS = "/run/channelkit"
"""Where a job finds its secrets: in memory, readable by its own user alone."""

_MOUNTED = "/etc/channelkit/secrets"
_COPY = f"umask 077 && cp -L {_MOUNTED}/* {SECRETS}/"

# 3: done, with something held or refused; 75: another run was at work. To Kubernetes either would be a failure.
_RUN = '"$@"; code=$?; case $code in 3|75) exit 0;; esac; exit $code'

_SHUT_IN = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}


def render(jobs: tuple[Job, ...], cluster: Cluster) -> dict[str, str]:
    """Return the file ``channelkit.yaml``."""
    documents = [_claim(cluster), *(_cron_job(job, cluster) for job in jobs)]
    return {"channelkit.yaml": _HEAD.format(secrets=SECRETS) + "---\n" + "---\n".join(map(write_document, documents))}


def _claim(cluster: Cluster) -> dict[str, Any]:
    return {
        "apiVersion": "v1",
        "kind": "PersistentVolumeClaim",
        "metadata": _metadata(cluster.volume),
        "spec": {"accessModes": ["ReadWriteOnce"], "resources": {"requests": {"storage": cluster.size}}},
    }


def _cron_job(job: Job, cluster: Cluster) -> dict[str, Any]:
    name = f"channelkit-{job.name}"
    return {
        "apiVersion": "batch/v1",
        "kind": "CronJob",
        "metadata": _metadata(name) | {"annotations": {"description": job.words}},
        "spec": {
            "schedule": cron.expression(job),
            "timeZone": "Etc/UTC",
            "concurrencyPolicy": "Forbid",
            # Later than this, the next start is as good.
            "startingDeadlineSeconds": min(job.period - 30, 3600),
            "successfulJobsHistoryLimit": 2,
            "failedJobsHistoryLimit": 5,
            "jobTemplate": {
                "metadata": {"labels": _labels(name)},
                "spec": {
                    # The next cycle is the second try.
                    "backoffLimit": 0,
                    "activeDeadlineSeconds": job.timeout,
                    "ttlSecondsAfterFinished": 86_400,
                    "template": {"metadata": {"labels": _labels(name)}, "spec": _pod(job, cluster)},
                },
            },
        },
    }


def _pod(job: Job, cluster: Cluster) -> dict[str, Any]:
    place = cluster.place
    kernel = {"JUPYTER_RUNTIME_DIR": "/tmp/jupyter", "IPYTHONDIR": "/tmp/ipython", "HOME": "/tmp"}  # noqa: S108
    return {
        "restartPolicy": "Never",
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": cluster.uid,
            "runAsGroup": cluster.uid,
            "fsGroup": cluster.uid,
            "fsGroupChangePolicy": "OnRootMismatch",
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        # A mounted secret is readable by its group, and channelkit refuses secrets that others may read.
        "initContainers": [
            {
                "name": "secrets",
                "image": cluster.image,
                "command": ["/bin/sh", "-c", _COPY],
                "securityContext": _SHUT_IN,
                "volumeMounts": [
                    {"name": "secrets", "mountPath": _MOUNTED, "readOnly": True},
                    {"name": "readable", "mountPath": SECRETS},
                ],
            }
        ],
        "containers": [
            {
                "name": job.name,
                "image": cluster.image,
                "command": ["/bin/sh", "-c", _RUN, "channelkit"],
                "args": list(place.command(job)),
                "workingDir": place.folder,
                "env": [{"name": name, "value": value} for name, value in kernel.items()],
                "securityContext": _SHUT_IN,
                "resources": {"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"memory": "4Gi"}},
                "volumeMounts": [
                    {"name": "data", "mountPath": place.folder},
                    {"name": "readable", "mountPath": SECRETS, "readOnly": True},
                    {"name": "scratch", "mountPath": "/tmp"},  # noqa: S108
                ],
            }
        ],
        "volumes": [
            {"name": "data", "persistentVolumeClaim": {"claimName": cluster.volume}},
            {"name": "secrets", "secret": {"secretName": cluster.secret, "defaultMode": 0o440}},
            {"name": "readable", "emptyDir": {"medium": "Memory", "sizeLimit": "1Mi"}},
            {"name": "scratch", "emptyDir": {"sizeLimit": "1Gi"}},
        ],
    }


def _metadata(name: str) -> dict[str, Any]:
    return {"name": name, "labels": _labels(name)}


def _labels(name: str) -> dict[str, str]:
    return {"app.kubernetes.io/name": name, "app.kubernetes.io/part-of": "channelkit"}
