using System.Text.Json.Serialization;

namespace RecordsGuard.Functions;

[JsonSerializable(typeof(string))]
internal sealed partial class InvocationJson : JsonSerializerContext;
