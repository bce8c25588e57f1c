"""The cast of the tests about databases: an Aurora cluster `shop` with its instance, and whoever asks it."""

from __future__ import annotations

from typing import Any

from flows.services.ports import Answer
from flows.topology.compiled import CompiledTopology
from tests.builders import ACCOUNT, REGION, SECOND, Run, a_topology

SHOP = f"arn:aws:rds:{REGION}:{ACCOUNT}:cluster:shop"
SECRET = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:shop"
DATA: dict[str, Any] = {"resourceArn": SHOP, "secretArn": SECRET}


def a_cluster(
    behaviour: dict[str, Any] | None = None, low: float = 0.5, high: float = 2, **properties: Any
) -> dict[str, Any]:
    """Statements take ten milliseconds and need nothing, unless the behaviour says otherwise."""
    scaling = {"MinCapacity": low, "MaxCapacity": high, **properties.pop("scaling", {})}
    given = {"duration": {"kind": "constant", "ms": 10}, "load": 0, **(behaviour or {})}
    return {
        "Type": "AWS::RDS::DBCluster",
        "Properties": {
            "DBClusterIdentifier": "shop",
            "Engine": "aurora-postgresql",
            "EnableHttpEndpoint": True,
            "ServerlessV2ScalingConfiguration": scaling,
            **properties,
        },
        "playground": {"behaviour": given},
    }


def an_instance(cluster: str = "shop", **properties: Any) -> dict[str, Any]:
    given = {"DBInstanceIdentifier": "shop-1", "DBInstanceClass": "db.serverless", "Engine": "aurora-postgresql"}
    return {"Type": "AWS::RDS::DBInstance", "Properties": {**given, "DBClusterIdentifier": cluster, **properties}}


def shop(behaviour: dict[str, Any] | None = None, **cluster: Any) -> CompiledTopology:
    more = cluster.pop("more", {})
    return a_topology(Shop=a_cluster(behaviour, **cluster), ShopInstance=an_instance(), **more)


class DataRun(Run):
    """A run in which statements are asked and waited for."""

    def asks(self, sql: str = "SELECT 1", operation: str = "rds-data:ExecuteStatement", **params: Any) -> Answer:
        """The answer, as soon as it is there, within a minute."""
        service, _, name = operation.partition(":")
        own = {"TargetArn": SHOP, "Sql": sql} if service == "rds" else {**DATA, "sql": sql}
        world = self.simulation.world
        answer = self.simulation.call(world.caller("Alice"), service, name, {**own, **params})
        if isinstance(answer, Answer):
            return answer
        answers: list[Answer] = []
        world.when(answer, answers.append)
        until = self.simulation.now_at + 60 * SECOND
        while not answers and self.simulation.now_at < until and self.simulation.step():
            pass
        return answers[0]

    def use(self) -> dict[str, Any]:
        return self.ok("rds:GetDatabaseUse", TargetArn=SHOP)
