/** Just enough style that a replay can be read; written for the samples. */
export const STYLE = `
*{box-sizing:border-box}body{margin:0;font:15px/1.5 system-ui,sans-serif;color:#181818;background:#fff}
nav{display:flex;gap:24px;align-items:center;padding:14px 32px;border-bottom:1px solid #d9d9d9}
nav button{margin-left:auto}a{color:#14660c}main{max-width:1080px;margin:0 auto;padding:24px 32px}
.air3-card{border-bottom:1px solid #d9d9d9;padding:20px 12px}.visited .job-tile-title a{color:#5e6d55}
.job-tile-title{margin:4px 0;font-size:18px}ul{list-style:none;margin:8px 0;padding:0}
.job-tile-info-list,.ac-items,.features,.client-activity-items{display:flex;flex-wrap:wrap;gap:4px 24px}
.air3-token{display:inline-block;border-radius:14px;background:#e9e9e9;padding:2px 12px;margin:2px;border:0}
.air3-btn{border:1px solid #14660c;border-radius:10px;background:#fff;color:#14660c;padding:8px 18px}
.air3-btn-primary{background:#108a00;color:#fff}.sr-only{position:absolute;left:-9999px}
.air3-popper-content{display:none}.air3-slider{position:fixed;top:0;right:0;bottom:0;width:860px;overflow:auto;background:#fff;
box-shadow:-8px 0 24px #0004;padding:24px}.job-details-card{display:flex;gap:32px}.job-details-content{flex:1}
.sidebar{width:260px}textarea,input{width:100%;padding:8px;border:1px solid #aaa;border-radius:8px}textarea{height:160px}
table{width:100%;border-collapse:collapse}td,th{text-align:left;padding:10px;border-bottom:1px solid #e0e0e0}
.rooms{display:flex;gap:24px}.rooms-panel{width:300px}.rooms-panel a{display:block;padding:10px}.room-body{min-height:320px}
[contenteditable]{border:1px solid #aaa;border-radius:8px;min-height:60px;padding:8px}.text-light{color:#5e5e5e}`.replaceAll(
  "\n",
  "",
);
