"""A real S3 server on the loopback address, which asks for keys; no name is looked up."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import boto3
import requests
from moto.server import ThreadedMotoServer

LOOPBACK = "127.0.0.1"
REGION = "us-east-1"
NAME = "tep-cua-tinh"
_BUCKET = f"arn:aws:s3:::{NAME}"


def _policy(*actions: str) -> str:
    allowed = {"Effect": "Allow", "Action": actions, "Resource": [_BUCKET, f"{_BUCKET}/*"]}
    return json.dumps({"Version": "2012-10-17", "Statement": [allowed]})


@dataclass
class S3Server:
    """The server, and the keys of the one user it knows.

    Attributes:
        key_id, secret: empty until :meth:`reset`.
    """

    server: ThreadedMotoServer = field(
        default_factory=lambda: ThreadedMotoServer(ip_address=LOOPBACK, port=0, verbose=False)
    )
    key_id: str = ""
    secret: str = ""
    stopped: bool = False

    @property
    def endpoint(self) -> str:
        """Where it answers."""
        return f"http://{LOOPBACK}:{self.server.get_host_and_port()[1]}"

    @property
    def options(self) -> dict[str, Any]:
        """What Sen's storage is given."""
        return {
            "bucket_name": NAME,
            "endpoint_url": self.endpoint,
            "region_name": REGION,
            "access_key": self.key_id,
            "secret_key": self.secret,
        }

    @property
    def variables(self) -> dict[str, str]:
        """The same as variables of the environment."""
        return {
            "SEN_S3_BUCKET": NAME,
            "SEN_S3_ENDPOINT": self.endpoint,
            "SEN_S3_KEY_ID": self.key_id,
            "SEN_S3_SECRET": self.secret,
        }

    def stop(self) -> None:
        """Be gone; once is enough."""
        if not self.stopped:
            self.stopped = True
            self.server.stop()

    def reset(self) -> None:
        """An empty bucket, and a user with keys for it; whoever has none is refused."""
        self.ask_for_keys(False)
        requests.post(f"{self.endpoint}/moto-api/reset", timeout=10)
        self._client("s3").create_bucket(Bucket=NAME)
        iam = self._client("iam")
        iam.create_user(UserName="sen")
        key = iam.create_access_key(UserName="sen")["AccessKey"]
        self.key_id, self.secret = key["AccessKeyId"], key["SecretAccessKey"]
        self.allow("s3:*")

    def allow(self, *actions: str) -> None:
        """What the keys may do from here on; nothing else."""
        self.ask_for_keys(False)
        iam = self._client("iam")
        iam.put_user_policy(UserName="sen", PolicyName="files", PolicyDocument=_policy(*actions))
        self.ask_for_keys(True)

    def open_to_everybody(self) -> None:
        """Let everybody read the bucket, as a careless operator does."""
        self.ask_for_keys(False)
        statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject"}
        policy = {"Version": "2012-10-17", "Statement": [{**statement, "Resource": f"{_BUCKET}/*"}]}
        self._client("s3").put_bucket_policy(Bucket=NAME, Policy=json.dumps(policy))

    def ask_for_keys(self, wanted: bool) -> None:
        """Whether keys are asked for; without, the bucket is everybody's."""
        after = "0" if wanted else "inf"
        requests.post(f"{self.endpoint}/moto-api/reset-auth", data=after, timeout=10)

    def names(self) -> list[str]:
        """The names of all objects in the bucket."""
        answer = self._own().list_objects_v2(Bucket=NAME)
        return sorted(each["Key"] for each in answer.get("Contents", ()))

    def content(self, name: str) -> bytes:
        """What the object ``name`` holds."""
        body: bytes = self._own().get_object(Bucket=NAME, Key=name)["Body"].read()
        return body

    def put(self, name: str, content: bytes) -> None:
        """Store an object, past Sen."""
        self._own().put_object(Bucket=NAME, Key=name, Body=content)

    def delete(self, name: str) -> None:
        """Delete an object, past Sen."""
        self._own().delete_object(Bucket=NAME, Key=name)

    def _own(self) -> Any:
        return self._client("s3", aws_access_key_id=self.key_id, aws_secret_access_key=self.secret)

    def _client(self, service: str, **keys: str) -> Any:
        keys = keys or {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        return boto3.client(
            service,  # type: ignore[call-overload]
            endpoint_url=self.endpoint,
            region_name=REGION,
            **keys,
        )


@contextmanager
def running_s3() -> Iterator[S3Server]:
    """The server, inside the block."""
    logging.getLogger("werkzeug").setLevel(logging.CRITICAL)
    s3 = S3Server()
    s3.server.start()
    try:
        s3.reset()
        yield s3
    finally:
        s3.stop()
