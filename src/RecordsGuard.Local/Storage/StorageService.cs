namespace RecordsGuard.Local.Storage;

internal enum StorageService
{
    Blob,
    Queue,
    Table,
}
