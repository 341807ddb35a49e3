// The Activity log of the whole subscription, to the logs account: who changed which right, setting or key.
targetScope = 'subscription'

param prefix string
param logsAccountId string

resource activity 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: '${prefix}-recordsguard'
  properties: {
    storageAccountId: logsAccountId
    logs: [
      { category: 'Administrative', enabled: true }
      { category: 'Security', enabled: true }
      { category: 'Policy', enabled: true }
      { category: 'Alert', enabled: true }
    ]
  }
}
