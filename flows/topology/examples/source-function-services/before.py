import threading
import time
from http.server import BaseHTTPRequestHandler, HTTPServer

import boto3


def watch_uploads(seen=frozenset()):
    while True:
        found = {
            each["Key"]
            for each in boto3.client("s3")
            .list_objects_v2(Bucket="uploads")
            .get("Contents", [])
        }
        for key in found - seen:
            invoice(key)
        seen = found
        time.sleep(5)


def watch_servers(seen=frozenset()):
    while True:
        stopped = {"Name": "instance-state-name", "Values": ["stopped"]}
        pages = boto3.client("ec2").describe_instances(Filters=[stopped])[
            "Reservations"
        ]
        found = {
            each["InstanceId"]
            for page in pages
            for each in page["Instances"]
        }
        for server in found - seen:
            invoice(server)
        seen = found
        time.sleep(60)


class Shop(BaseHTTPRequestHandler):
    def do_POST(self):
        invoice(self.rfile.read(int(self.headers["Content-Length"])))
        self.send_response(201)
        self.end_headers()


for watcher in (watch_uploads, watch_servers):
    threading.Thread(target=watcher, daemon=True).start()
HTTPServer(("", 8080), Shop).serve_forever()
