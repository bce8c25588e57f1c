"""S3's operations: the only door in. Inputs are checked, outputs and errors are as AWS answers."""

from __future__ import annotations

from flows.services.ports import Operation, operations
from flows.services.s3 import buckets, listing, multipart, objects
from flows.services.s3.lookups import on_bucket

OPERATIONS = operations(
    Operation("PutObject", on_bucket(objects.put_object)),
    Operation("CopyObject", on_bucket(objects.copy_object)),
    Operation("GetObject", on_bucket(objects.get_object), mutates=False),
    Operation("HeadObject", on_bucket(objects.head_object), mutates=False),
    Operation("DeleteObject", on_bucket(objects.delete_object)),
    Operation("DeleteObjects", on_bucket(objects.delete_objects)),
    Operation("ListObjectsV2", on_bucket(listing.list_objects_v2), mutates=False),
    Operation("ListObjects", on_bucket(listing.list_objects), mutates=False),
    Operation("ListObjectVersions", on_bucket(listing.list_object_versions), mutates=False),
    # multipart uploads
    Operation("CreateMultipartUpload", on_bucket(multipart.create_multipart_upload)),
    Operation("UploadPart", on_bucket(multipart.upload_part)),
    Operation("CompleteMultipartUpload", on_bucket(multipart.complete_multipart_upload)),
    Operation("AbortMultipartUpload", on_bucket(multipart.abort_multipart_upload)),
    # buckets
    Operation("CreateBucket", buckets.create_bucket),
    Operation("DeleteBucket", on_bucket(buckets.delete_bucket)),
    Operation("ListBuckets", buckets.list_buckets, mutates=False),
    Operation("PutBucketVersioning", on_bucket(buckets.put_bucket_versioning)),
    Operation("GetBucketVersioning", on_bucket(buckets.get_bucket_versioning), mutates=False),
    Operation("PutBucketNotificationConfiguration", on_bucket(buckets.put_bucket_notification)),
    Operation("GetBucketNotificationConfiguration", on_bucket(buckets.get_bucket_notification), mutates=False),
)
